using Granary.Blocks.Format;

namespace Granary.Blocks.Reading;

/// <summary>The blocks that hold one hashed term.</summary>
internal sealed class TermCondition(int rank, Func<SegmentReader, TermDictionary> dictionary, uint key) : BlockCondition
{
    public override int Rank => rank;

    public override BlockSet Find(SegmentReader segment, Action<Exception> damaged)
    {
        var blocks = new BlockSet(segment.Directory.Blocks.Count);
        try
        {
            dictionary(segment).Find(key, blocks);
        }
        catch (Exception e) when (SegmentDamageException.Tells(e))
        {
            damaged(e);
            blocks.AddAll();
        }

        return blocks;
    }
}
