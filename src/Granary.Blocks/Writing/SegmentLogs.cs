using Granary.Blocks.Format;
using Granary.Core.Model;

namespace Granary.Blocks.Writing;

/// <summary>Brings the chunks of a segment, which came in any order, into the order of logs.</summary>
internal static class SegmentLogs
{
    public static IReadOnlyList<SegmentLog> Sort(IEnumerable<PendingChunk> chunks)
    {
        var logs = new Dictionary<Id96, SegmentLog>();
        foreach (var chunk in chunks)
        {
            if (!logs.TryGetValue(chunk.Log.Id, out var log))
            {
                logs.Add(chunk.Log.Id, log = new SegmentLog(chunk.Log, new List<ChunkEntry>(1)));
            }

            ((List<ChunkEntry>)log.Chunks).Add(chunk.Entry);
        }

        foreach (var log in logs.Values)
        {
            ((List<ChunkEntry>)log.Chunks).Sort((left, right) => left.Ordinal.CompareTo(right.Ordinal));
        }

        var sorted = logs.Values.ToList();
        sorted.Sort((left, right) => LogOrder.Instance.Compare(left.Log, right.Log));
        return sorted;
    }
}
