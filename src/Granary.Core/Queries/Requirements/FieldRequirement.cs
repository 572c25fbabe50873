namespace Granary.Core.Queries.Requirements;

/// <summary>The build's or log's field fulfils the pattern.</summary>
/// <param name="Field">A name of <see cref="QueryFields"/>.</param>
/// <param name="Pattern">What the whole value must be.</param>
public sealed record FieldRequirement(string Field, FieldPattern Pattern) : Requirement;
