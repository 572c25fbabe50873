using Granary.Core.Model;

namespace Granary.Core.Queries.Matching;

internal sealed class SeverityClause(Severity from, Severity to) : Clause
{
    internal override bool Holds(in LineView line) => line.Severity >= from && line.Severity <= to;
}
