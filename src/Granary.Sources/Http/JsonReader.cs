using System.Buffers;
using System.Text.Json;
using Granary.Core.Model;
using Granary.Core.Ports;
using Granary.Sources.Decoding;

namespace Granary.Sources.Http;

/// <summary>Whole JSON answers, bounded in size and depth; a transfer that breaks is asked for again.</summary>
internal sealed class JsonReader(SourceClient client)
{
    // Manifests shrink thirtyfold at most. What unfolds further is no answer but a bomb.
    private readonly DecodingLimits limits = client.Options.Decoding with { RatioFrom = 4L << 20, MaxRatio = 200 };

    // Manifests and lists of a page are mostly smaller.
    private const int UsualBytes = 16 << 10;

    /// <summary>The document and the server's clock (its Date header).</summary>
    /// <exception cref="CiException">No answer, not JSON, HTML (a wrong path), or too large.</exception>
    public async Task<(JsonDocument Document, DateTimeOffset? Date)> GetAsync(Uri address, CancellationToken cancellation)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                using var answer = await client.SendAsync(new(address) { Accept = "application/json" }, cancellation);
                return (await ReadAsync(answer, cancellation), answer.Response.Headers.Date);
            }
            catch (LogCutException cut) when (cut.Status == FileStatus.Refused)
            {
                throw new CiException($"{Addresses.Shown(address)}: {cut.Message}", cut) { Refused = true };
            }
            catch (Exception broken) when (broken is LogCutException || SourceClient.IsTransfer(broken))
            {
                if (attempt >= client.Options.RetryLimit)
                {
                    throw new CiException($"{Addresses.Shown(address)}: {broken.Message}", broken);
                }

                await client.Backoff.WaitAsync(attempt, cancellation);
            }
        }
    }

    private async Task<JsonDocument> ReadAsync(HttpAnswer answer, CancellationToken cancellation)
    {
        if (answer.MediaType is "text/html" or "application/xhtml+xml")
        {
            throw new CiException($"{Addresses.Shown(answer.Address)} answered with a web page, not JSON: is the address right?");
        }

        using var raw = await BodyStream.OpenAsync(answer, client.Options, cancellation);
        await using var decoded = await DecodedLog.OpenAsync(
            raw, answer.Encodings, limits, () => raw.Received, cancellation);
        var whole = await ReadWholeAsync(answer, decoded, cancellation);
        try
        {
            return JsonText.Holds(whole, client.Options.MaxJsonTokens)
                ? JsonText.Parse(whole)
                : throw new CiException($"{Addresses.Shown(answer.Address)} has more than {client.Options.MaxJsonTokens} values") { Refused = true };
        }
        catch (JsonException bad)
        {
            throw new CiException($"{Addresses.Shown(answer.Address)} is not JSON as expected (byte {bad.BytePositionInLine} of line {bad.LineNumber})", bad);
        }
    }

    /// <summary>
    /// The document keeps its bytes, so they are copied to an array of their size; what they are gathered in is pooled. (An array of 64 KiB
    /// for each answer was two thirds of all that collecting small builds allocated.)
    /// </summary>
    private async Task<byte[]> ReadWholeAsync(HttpAnswer answer, Stream decoded, CancellationToken cancellation)
    {
        var (buffer, length) = (ArrayPool<byte>.Shared.Rent(UsualBytes), 0);
        try
        {
            for (int read; (read = await decoded.ReadAsync(buffer.AsMemory(length), cancellation)) > 0;)
            {
                length += read;
                if (length > client.Options.MaxJsonBytes)
                {
                    throw new CiException($"{Addresses.Shown(answer.Address)} is larger than {client.Options.MaxJsonBytes} bytes") { Refused = true };
                }

                if (length == buffer.Length)
                {
                    var larger = ArrayPool<byte>.Shared.Rent(2 * length);
                    buffer.AsSpan(0, length).CopyTo(larger);
                    ArrayPool<byte>.Shared.Return(buffer);
                    buffer = larger;
                }
            }

            return buffer.AsSpan(0, length).ToArray();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
