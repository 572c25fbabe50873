using Granary.Blocks.Format;

namespace Granary.Blocks.Reading;

/// <summary>Every block: postings say nothing of this part of the query.</summary>
internal sealed class AllBlocks : BlockCondition
{
    public static readonly AllBlocks Instance = new();

    public override int Rank => 9;

    public override bool IsAll => true;

    public override BlockSet Find(SegmentReader segment, Action<Exception> damaged) => BlockSet.All(segment.Directory.Blocks.Count);
}
