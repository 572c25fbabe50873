using System.Text.Json;
using Granary.Core.Ports;
using Granary.Sources.Decoding;

namespace Granary.Sources.Http;

/// <summary>Whole JSON answers, bounded in size and depth; a transfer that breaks is asked for again.</summary>
internal sealed class JsonReader(SourceClient client)
{
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
            raw, answer.Encodings, client.Options.Decoding, static () => long.MaxValue, cancellation);
        using var whole = new MemoryStream();
        var buffer = new byte[64 << 10];
        for (int read; (read = await decoded.ReadAsync(buffer, cancellation)) > 0;)
        {
            if (whole.Length + read > client.Options.MaxJsonBytes)
            {
                throw new CiException($"{Addresses.Shown(answer.Address)} is larger than {client.Options.MaxJsonBytes} bytes") { Refused = true };
            }

            whole.Write(buffer, 0, read);
        }

        try
        {
            return JsonText.Parse(whole.GetBuffer().AsMemory(0, (int)whole.Length));
        }
        catch (JsonException bad)
        {
            throw new CiException($"{Addresses.Shown(answer.Address)} is not JSON as expected (byte {bad.BytePositionInLine} of line {bad.LineNumber})", bad);
        }
    }
}
