using System.Runtime.CompilerServices;
using Granary.Core.Ports;
using Granary.Sources.Decoding;

namespace Granary.Sources.Http;

/// <summary>An answer's body as it comes from the wire, with a time-out on silence. Owns the answer.</summary>
internal sealed class BodyStream : ReadOnlyStream
{
    private readonly HttpAnswer answer;
    private readonly Stream body;
    private readonly TimeSpan idle;
    private readonly CancellationTokenSource silence = new();

    private BodyStream(HttpAnswer answer, Stream body, TimeSpan idle) => (this.answer, this.body, this.idle) = (answer, body, idle);

    public static async Task<BodyStream> OpenAsync(HttpAnswer answer, TimeSpan idle, CancellationToken cancellation) =>
        new(answer, await answer.Response.Content.ReadAsStreamAsync(cancellation), idle);

    /// <exception cref="IOException">The transfer broke or was silent for too long.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await using var link = cancellationToken.UnsafeRegister(static state => ((CancellationTokenSource)state!).Cancel(), silence);
        silence.CancelAfter(idle);
        try
        {
            return await body.ReadAsync(buffer, silence.Token);
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
