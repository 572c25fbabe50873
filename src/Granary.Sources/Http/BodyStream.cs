using System.Runtime.CompilerServices;
using Granary.Sources.Decoding;

namespace Granary.Sources.Http;

/// <summary>An answer's body as it comes from the wire, with a time-out on silence and a least rate. Owns the answer.</summary>
internal sealed class BodyStream : ReadOnlyStream
{
    private readonly HttpAnswer answer;
    private readonly Stream body;
    private readonly TimeSpan idle;
    private readonly TransferRate rate;
    private readonly CancellationTokenSource silence = new();

    private BodyStream(HttpAnswer answer, Stream body, SourceOptions options) =>
        (this.answer, this.body, idle, rate) = (answer, body, options.BodyIdleTimeout, new(options));

    /// <summary>Bytes so far.</summary>
    public long Received { get; private set; }

    public static async Task<BodyStream> OpenAsync(HttpAnswer answer, SourceOptions options, CancellationToken cancellation) =>
        new(answer, await answer.Response.Content.ReadAsStreamAsync(cancellation), options);

    /// <exception cref="SlowTransferException">Too little came for too long; what came with this read is lost.</exception>
    /// <exception cref="IOException">The transfer broke or was silent for too long.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await using var link = cancellationToken.UnsafeRegister(static state => ((CancellationTokenSource)state!).Cancel(), silence);
        silence.CancelAfter(idle);
        rate.Begin();
        try
        {
            var read = await body.ReadAsync(buffer, silence.Token);
            if (read > 0)
            {
                rate.End(read);
                Received += read;
            }

            return read;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new IOException($"nothing came for {idle.TotalSeconds:0.#} s");
        }
        catch (HttpRequestException failure)
        {
            throw new IOException(failure.Message, failure);
        }
        finally
        {
            silence.CancelAfter(Timeout.InfiniteTimeSpan);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            body.Dispose();
            answer.Dispose();
            silence.Dispose();
        }

        base.Dispose(disposing);
    }
}
