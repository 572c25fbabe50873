using Granary.Blocks.Format;
using Granary.Core.Chunks;

namespace Granary.Blocks.Reading;

/// <summary>Where a cursor stands: at a log, or, not opened yet, before every log with this finish.</summary>
internal readonly record struct CursorKey(long Finish, LogIdentity? Log) : IComparable<CursorKey>
{
    public int CompareTo(CursorKey other)
    {
        var order = other.Finish.CompareTo(Finish);
        return order != 0 ? order : LogOrder.Instance.Compare(Log, other.Log);
    }
}
