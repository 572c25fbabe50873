using Granary.Core.Chunks;

namespace Granary.Core.Queries.Matching;

internal sealed class TimeClause(long from, long until) : Clause
{
    internal override bool Holds(in LineView line) => line.Time != Chunk.NoTime && line.Time >= from && line.Time < until;
}
