using Granary.Blocks.Format;
using Granary.Core.Chunks;

namespace Granary.Blocks.Reading;

/// <summary>Where a cursor stands: at a log, or, not opened yet, before every log with this finish. A class, as <see cref="ChunkPlace"/> is.</summary>
internal sealed record CursorKey(long Finish, LogIdentity? Log) : IComparable<CursorKey>
{
    public int CompareTo(CursorKey? other)
    {
        if (other is null)
        {
            return 1;
        }

        var order = other.Finish.CompareTo(Finish);
        return order != 0 ? order : LogOrder.Instance.Compare(Log, other.Log);
    }
}
