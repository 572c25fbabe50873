using Granary.Core.Chunks;
using Granary.Core.Model;

namespace Granary.Blocks.Catalogue;

/// <summary>What index.db says at one moment.</summary>
internal sealed record CatalogueContents(IReadOnlyList<SegmentRow> Segments, IReadOnlyDictionary<BuildKey, int> Deleted)
{
    public static readonly CatalogueContents Empty = new([], new Dictionary<BuildKey, int>());

    /// <summary>True if a tombstone hides the log.</summary>
    public bool IsDeleted(LogIdentity log) =>
        Deleted.Count > 0 && Deleted.TryGetValue(log.Build.Key, out var generation) && log.Generation < generation;
}
