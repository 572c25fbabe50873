using Granary.Blocks.Format;

namespace Granary.Blocks.Reading;

/// <summary>All of several conditions, or any of them.</summary>
internal sealed class CombinedCondition : BlockCondition
{
    private readonly BlockCondition[] parts;
    private readonly bool all;

    private CombinedCondition(BlockCondition[] parts, bool all) => (this.parts, this.all) = (parts, all);

    public override int Rank => all ? parts[0].Rank : parts[^1].Rank;

    public static BlockCondition And(IEnumerable<BlockCondition> conditions)
    {
        var parts = conditions.Where(part => !part.IsAll).OrderBy(part => part.Rank).ToArray();
        return parts.Length switch { 0 => AllBlocks.Instance, 1 => parts[0], _ => new CombinedCondition(parts, all: true) };
    }

    public static BlockCondition Or(IEnumerable<BlockCondition> conditions)
    {
        var parts = conditions.OrderBy(part => part.Rank).ToArray();
        return parts.Any(part => part.IsAll) ? AllBlocks.Instance : new CombinedCondition(parts, all: false);
    }

    public override BlockSet Find(SegmentReader segment, Action<Exception> damaged)
    {
        var blocks = parts[0].Find(segment, damaged);
        foreach (var part in parts.AsSpan(1))
        {
            if (all && blocks.IsEmpty)
            {
                break;
            }

            var others = part.Find(segment, damaged);
            if (all)
            {
                blocks.IntersectWith(others);
            }
            else
            {
                blocks.UnionWith(others);
            }
        }

        return blocks;
    }
}
