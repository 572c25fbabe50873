using System.Text;
using System.Text.Json.Nodes;

namespace Granary.Elastic.Tests.Faults;

/// <summary>A bulk request of which some items are kept back from the engine, and answered here.</summary>
internal sealed class BulkRequest
{
    private readonly List<bool> pushedBack = [];

    internal BulkRequest(byte[] body, Func<bool> pushBack)
    {
        using var kept = new MemoryStream();
        for (var start = 0; start < body.Length;)
        {
            var action = body.AsSpan(start).IndexOf((byte)'\n') + 1;
            var document = body.AsSpan(start + action).IndexOf((byte)'\n') + 1;
            pushedBack.Add(pushBack());
            if (!pushedBack[^1])
            {
                kept.Write(body, start, action + document);
            }

            start += action + document;
        }

        Kept = kept.ToArray();
    }

    internal byte[] Kept { get; }

    internal int KeptCount => pushedBack.Count(pushed => !pushed);

    /// <summary>The engine's answer with the items put in that it did not see.</summary>
    internal byte[] Complete(byte[] answer)
    {
        if (!pushedBack.Contains(true))
        {
            return answer;
        }

        var json = JsonNode.Parse(answer)!.AsObject();
        var items = new Queue<JsonNode>(json["items"]!.AsArray().Select(item => item!.DeepClone()));
        var pushback = """{"index":{"status":429,"error":{"type":"rejected_execution_exception","reason":"made up"}}}""";
        json["errors"] = true;
        json["items"] = new JsonArray([.. pushedBack.Select(pushed => pushed ? JsonNode.Parse(pushback) : items.Dequeue())]);
        return Encoding.UTF8.GetBytes(json.ToJsonString());
    }
}
