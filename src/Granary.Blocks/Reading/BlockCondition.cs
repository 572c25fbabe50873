using Granary.Blocks.Format;

namespace Granary.Blocks.Reading;

/// <summary>What a block must fulfil to hold a line that answers a query; never wrong in saying no.</summary>
internal abstract class BlockCondition
{
    /// <summary>How much it costs and how little it excludes: the lowest is asked first.</summary>
    public abstract int Rank { get; }

    /// <summary>True if every block fulfils it.</summary>
    public virtual bool IsAll => false;

    /// <param name="segment">Where the blocks are.</param>
    /// <param name="damaged">Told of postings that cannot be read; then all blocks fulfil the condition.</param>
    public abstract BlockSet Find(SegmentReader segment, Action<Exception> damaged);
}
