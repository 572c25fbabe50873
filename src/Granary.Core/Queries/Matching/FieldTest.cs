using Granary.Core.Model;

namespace Granary.Core.Queries.Matching;

/// <summary>A field node, ready to be asked of a build and a log.</summary>
internal sealed class FieldTest(FieldNode node)
{
    private readonly FieldPattern pattern = new(node.Value);

    internal bool Holds(Build build, string? file) => pattern.Matches(QueryFields.ValueOf(node.Field, build, file));
}
