using Granary.Blocks.Format;

namespace Granary.Blocks.Reading;

/// <summary>The blocks whose own entry in the directory allows it: by time, by severity.</summary>
internal sealed class EntryCondition(Func<BlockEntry, bool> allows) : BlockCondition
{
    public override int Rank => 0;

    public override BlockSet Find(SegmentReader segment, Action<Exception> damaged)
    {
        var entries = segment.Directory.Blocks;
        var blocks = new BlockSet(entries.Count);
        for (var number = 0; number < entries.Count; number++)
        {
            if (allows(entries[number]))
            {
                blocks.Add(number);
            }
        }

        return blocks;
    }
}
