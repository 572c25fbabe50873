using System.Text.Json;
using Granary.Core.Ports;

namespace Granary.Elastic.Http;

/// <summary>Reads the engine's errors and says them plainly.</summary>
internal static class EngineErrors
{
    private const int LongestReason = 600;

    /// <summary>The error's name and its reason, the innermost cause's included.</summary>
    internal static (string Type, string Reason) Read(JsonElement error)
    {
        if (error.ValueKind == JsonValueKind.String)
        {
            return ("", Short(error.GetString()!));
        }

        if (error.ValueKind != JsonValueKind.Object)
        {
            return ("", "");
        }

        var type = Text(error, "type");
        var reason = Text(error, "reason");
        if (error.TryGetProperty("root_cause", out var roots) && roots.ValueKind == JsonValueKind.Array && roots.GetArrayLength() > 0
            && Text(roots[0], "reason") is { Length: > 0 } root && !reason.Contains(root, StringComparison.Ordinal))
        {
            reason = $"{reason}: {root}";
            type = Text(roots[0], "type") is { Length: > 0 } rootType ? rootType : type;
        }

        var cause = error;
        for (var depth = 0; depth < 8 && cause.TryGetProperty("caused_by", out var inner) && inner.ValueKind == JsonValueKind.Object; depth++)
        {
            cause = inner;
        }

        if (Text(cause, "reason") is { Length: > 0 } deepest && !reason.Contains(deepest, StringComparison.Ordinal))
        {
            reason = $"{reason}: {deepest}";
        }

        return (type, Short(reason));
    }

    /// <summary>What stops all writing until somebody acts, in plain words; null for every other error.</summary>
    internal static string? Blocking(int status, string type, string reason) => (status, type) switch
    {
        (401, _) => "the engine refuses the credentials (401)",
        (_, "cluster_block_exception") when reason.Contains("flood", StringComparison.OrdinalIgnoreCase)
            || reason.Contains("read_only_allow_delete", StringComparison.Ordinal) || reason.Contains("read-only-allow-delete", StringComparison.Ordinal) =>
            $"the engine made the index read-only because its disk is nearly full: free or add disk, it lifts the block itself ({reason})",
        (_, "cluster_block_exception") => $"the engine blocks writing until somebody lifts the block ({reason})",
        (403, _) => $"the engine's user may not do this: {reason}",
        (_, "index_not_found_exception") => $"the engine may not make indices by itself: allow action.auto_create_index for them ({reason})",
        (_, "index_closed_exception") => $"an index is closed: open or delete it ({reason})",
        (_, "validation_exception" or "illegal_argument_exception") when reason.Contains("maximum", StringComparison.Ordinal) && reason.Contains("shards", StringComparison.Ordinal) =>
            $"the cluster has as many shards as it allows: delete old indices or raise cluster.max_shards_per_node ({reason})",
        _ => null,
    };

    /// <summary>The exception for an answer that is no success.</summary>
    internal static Exception Of(ElasticAnswer answer, string what)
    {
        var (type, reason) = answer.Error();
        if (Blocking(answer.Status, type, reason) is { } blocking)
        {
            return new IndexUnavailableException(blocking) { IsOfSettings = answer.Status == 401 };
        }

        var said = reason.Length > 0 ? reason : $"status {answer.Status}";
        return answer.IsTransient
            ? new IndexUnavailableException($"the engine cannot {what} now: {said}")
            : new ElasticException($"the engine refused to {what}: {said}", answer.Status, type);
    }

    private static string Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    private static string Short(string text) => text.Length <= LongestReason ? text : string.Concat(text.AsSpan(0, LongestReason), "…");
}
