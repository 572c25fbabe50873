namespace Granary.Cluster;

/// <summary>
/// The last outcomes. What waited long was sent again meanwhile: writing it a second time would cost most where the index is slow
/// already.
/// </summary>
internal sealed class RecentOutcomes
{
    /// <summary>Some 16 MB of packed chunks; an outcome takes about a hundred bytes.</summary>
    private const int Capacity = 1024;

    private readonly Dictionary<SentChunk, Acknowledgement> outcomes = [];
    private readonly Queue<SentChunk> order = new();

    public void Add(SentChunk chunk, Acknowledgement outcome)
    {
        if (outcomes.TryAdd(chunk, outcome))
        {
            order.Enqueue(chunk);
        }

        if (order.Count > Capacity)
        {
            outcomes.Remove(order.Dequeue());
        }
    }

    public bool TryFind(SentChunk chunk, out Acknowledgement outcome) => outcomes.TryGetValue(chunk, out outcome);
}
