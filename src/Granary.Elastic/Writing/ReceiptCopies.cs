using System.Text;
using System.Text.Json.Nodes;
using Granary.Core.Model;
using Granary.Core.Ports;
using Granary.Elastic.Http;

namespace Granary.Elastic.Writing;

/// <summary>
/// Stores copies of receipts. A build does not depend on its copy, which nothing but people and dashboards read: one that the engine refuses is
/// stored shorter, or kept among the refused documents.
/// </summary>
internal sealed class ReceiptCopies(ElasticClient client, IndexNames names, DeadLetters dead)
{
    /// <exception cref="IndexUnavailableException">Nothing can be stored now.</exception>
    internal async Task PutAsync(Receipt receipt, CancellationToken cancellation)
    {
        var document = BuildDocuments.Of(receipt);
        var refusal = await TryPutAsync(receipt, document, cancellation).ConfigureAwait(false);
        if (refusal is { Status: 413 })
        {
            document = BuildDocuments.WithoutFiles(receipt);
            refusal = await TryPutAsync(receipt, document, cancellation).ConfigureAwait(false);
        }

        if (refusal is not null)
        {
            var letter = new DeadLetter(names.Builds, IdOf(receipt), refusal.Status, refusal.Message, Encoding.UTF8.GetString(document));
            await dead.PutAsync(letter, cancellation).ConfigureAwait(false);
        }
    }

    /// <returns>Why it is refused for good; null where it is stored.</returns>
    private async Task<ElasticException?> TryPutAsync(Receipt receipt, byte[] document, CancellationToken cancellation)
    {
        try
        {
            using var answer = await client.JsonAsync(
                HttpMethod.Put, $"{names.Builds}/_doc/{IdOf(receipt)}", JsonNode.Parse(document), "store a receipt", cancellation).ConfigureAwait(false);
            return null;
        }
        catch (ElasticException exception)
        {
            return exception;
        }
    }

    private static string IdOf(Receipt receipt) => LineIds.Of(receipt.Build.Key.Hash);
}
