using System.Net;
using System.Runtime.CompilerServices;
using Granary.Core.Model;
using Granary.Core.Ports;
using Granary.Sources.Decoding;

namespace Granary.Sources.Http;

/// <summary>
/// The encoded bytes of one log. Where the transfer breaks it goes on by Range with If-Range, or reads again from the start and
/// skips what was given, if that is the same bytes. Positions count encoded bytes, so this lies below every decoder.
/// </summary>
internal sealed class TransferStream : ReadOnlyStream
{
    private const long ProgressPerResume = 1 << 20;
    private const int ResumesWithoutProgress = 64;

    // Another connection may be faster; a server that is slow on both is left for a while, with its permits.
    private const int SlowSpells = 1;

    private readonly SourceClient client;
    private readonly Uri address;
    private readonly Validator? validator;
    private readonly long? total;
    private BodyStream? body;
    private RunningCrc crc;
    private long resumes;
    private int tries;
    private int earlyEnds;
    private int slowSpells;
    private bool confirmed;

    private TransferStream(SourceClient client, Uri address, HttpAnswer answer, BodyStream body, long from)
    {
        this.client = client;
        this.address = address;
        this.body = body;
        From = from;
        Received = from;
        validator = Validator.Of(answer.Response);
        total = TotalOf(answer.Response);
        ETag = validator?.Text;
    }

    public string? ETag { get; }

    /// <summary>The position of the first byte given.</summary>
    public long From { get; }

    /// <summary>Bytes of the whole as the server states them.</summary>
    public long? Total => total;

    /// <summary>The position of the next byte.</summary>
    public long Received { get; private set; }

    /// <summary>Opens at <paramref name="from"/> where the content is still the one of <paramref name="expected"/>, else at 0.</summary>
    /// <exception cref="CiException">See <see cref="SourceClient.SendAsync"/>.</exception>
    public static async Task<(TransferStream Stream, HttpAnswer Answer)> OpenAsync(
        SourceClient client, Uri address, long from, Validator? expected, CancellationToken cancellation)
    {
        if (from > 0 && expected is not null)
        {
            var ranged = await client.SendAsync(new(address) { IsLog = true, From = from, IfRange = expected.AsCondition() }, cancellation);
            var starts = ranged.Response.Content.Headers.ContentRange?.From;
            if (ranged.Response.StatusCode == HttpStatusCode.PartialContent && starts == from)
            {
                return (await WrapAsync(client, address, ranged, from, cancellation), ranged);
            }

            if (ranged.Response.StatusCode == HttpStatusCode.OK)
            {
                return (await WrapAsync(client, address, ranged, 0, cancellation), ranged);
            }

            ranged.Dispose();
        }

        var answer = await client.SendAsync(new(address) { IsLog = true }, cancellation);
        return (await WrapAsync(client, address, answer, 0, cancellation), answer);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            string failure;
            try
            {
                var read = body is null ? 0 : await body.ReadAsync(buffer, cancellationToken);
                if (read > 0)
                {
                    crc.Add(buffer.Span[..read]);
                    Received += read;
                    (tries, earlyEnds, confirmed) = (0, 0, false);
                    return read;
                }

                if (body is not null && (total is null || Received >= total))
                {
                    return 0;
                }

                failure = "it ended early";
                earlyEnds += body is null ? 0 : 1;
            }
            catch (Exception broken) when (SourceClient.IsTransfer(broken))
            {
                failure = broken.Message;
                earlyEnds += broken is HttpIOException { HttpRequestError: HttpRequestError.ResponseEnded } ? 1 : 0;
                slowSpells += broken is SlowTransferException ? 1 : 0;
            }

            await ResumeAsync(failure, cancellationToken);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            body?.Dispose();
            body = null;
        }

        base.Dispose(disposing);
    }

    private static async Task<TransferStream> WrapAsync(
        SourceClient client, Uri address, HttpAnswer answer, long from, CancellationToken cancellation)
    {
        try
        {
            return new(client, address, answer, await BodyStream.OpenAsync(answer, client.Options, cancellation), from);
        }
        catch
        {
            answer.Dispose();
            throw;
        }
    }

    private static long? TotalOf(HttpResponseMessage response) => response.StatusCode == HttpStatusCode.PartialContent
        ? response.Content.Headers.ContentRange?.Length
        : response.Content.Headers.ContentLength;

    private async ValueTask ResumeAsync(string failure, CancellationToken cancellation)
    {
        body?.Dispose();
        body = null;
        tries++;
        resumes++;
        if (earlyEnds > client.Options.RetryLimit && confirmed)
        {
            // Every try ended at the same byte, a whole reading too: that is all the server has.
            throw new LogCutException(FileStatus.Truncated, $"the server's copy ends at {Received} of {total} bytes");
        }

        if (tries > 2 * client.Options.RetryLimit || resumes > ResumesWithoutProgress + (Received / ProgressPerResume)
            || slowSpells > SlowSpells + (Received / ProgressPerResume))
        {
            throw new CiException($"{Addresses.Shown(address)}: the transfer broke at byte {Received}: {failure}");
        }

        client.Options.Log?.Invoke($"{Addresses.Shown(address)}: broke at byte {Received}, resuming: {failure}");
        await client.Backoff.WaitAsync(tries, cancellation);
        // An overloaded server may end every answer at once; only one that sends the same part again is known to have no more.
        await ReopenAsync(ranged: Received > 0 && validator is not null && earlyEnds < client.Options.RetryLimit, cancellation);
    }

    private async ValueTask ReopenAsync(bool ranged, CancellationToken cancellation)
    {
        var answer = await client.SendAsync(
            ranged ? new(address) { IsLog = true, From = Received, IfRange = validator!.AsCondition() } : new(address) { IsLog = true }, cancellation);
        try
        {
            if (answer.Response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
            {
                earlyEnds++;
                answer.Dispose();
                return;
            }

            var opened = await BodyStream.OpenAsync(answer, client.Options, cancellation);
            if (answer.Response.StatusCode == HttpStatusCode.PartialContent)
            {
                body = answer.Response.Content.Headers.ContentRange?.From == Received ? opened : throw Changed();
                return;
            }

            if (Validator.Of(answer.Response) != validator || TotalOf(answer.Response) != total)
            {
                throw Changed();
            }

            var again = await Replay.ReadAsync(opened, From, Received, cancellation);
            body = again is null ? null : again == crc.Value ? opened : throw Changed();
            confirmed = body is not null && Received > 0;
        }
        catch
        {
            answer.Dispose();
            throw;
        }
    }

    private CiException Changed() => new($"{Addresses.Shown(address)} changed while it was read");
}
