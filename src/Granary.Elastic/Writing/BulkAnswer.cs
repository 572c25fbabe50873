using System.Text.Json;
using Granary.Elastic.Http;

namespace Granary.Elastic.Writing;

/// <summary>
/// Reads the answer to <c>_bulk</c>, an item for each document in the order of the request, of which only status and error were asked for.
/// </summary>
internal static class BulkAnswer
{
    /// <summary>What of the answer is asked for.</summary>
    internal const string Filter = "filter_path=errors,items.*.status,items.*.error";

    /// <summary>The failures, in order.</summary>
    /// <exception cref="JsonException">Not the answer to a request of <paramref name="count"/> documents.</exception>
    internal static IReadOnlyList<BulkFailure> Read(ReadOnlySpan<byte> body, int count)
    {
        if (body.IndexOf("\"errors\":false"u8) is >= 0 and < 64 && body.Count("\"status\":20"u8) == count)
        {
            return [];
        }

        var failures = new List<BulkFailure>();
        var reader = new Utf8JsonReader(body);
        var items = -1;
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 1 && reader.ValueTextEquals("items"u8))
            {
                reader.Read();
                items = ReadItems(ref reader, failures);
            }
        }

        return items == count ? failures : throw new JsonException($"an answer for {items} documents instead of {count}");
    }

    private static int ReadItems(ref Utf8JsonReader reader, List<BulkFailure> failures)
    {
        var position = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            // {"index":{"status":…,"error":{…}}}
            reader.Read();
            reader.Read();
            ReadItem(ref reader, position++, failures);
            reader.Read();
        }

        return position;
    }

    private static void ReadItem(ref Utf8JsonReader reader, int position, List<BulkFailure> failures)
    {
        var status = 0;
        var (type, reason) = ("", "");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isStatus = reader.ValueTextEquals("status"u8);
            var isError = reader.ValueTextEquals("error"u8);
            reader.Read();
            if (isStatus)
            {
                status = reader.GetInt32();
            }
            else if (isError)
            {
                using var error = JsonDocument.ParseValue(ref reader);
                (type, reason) = EngineErrors.Read(error.RootElement);
            }
            else
            {
                reader.Skip();
            }
        }

        if (status is < 200 or >= 300)
        {
            failures.Add(new BulkFailure(position, status == 0 ? 500 : status, type, reason));
        }
    }
}
