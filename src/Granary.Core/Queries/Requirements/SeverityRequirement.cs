using Granary.Core.Model;

namespace Granary.Core.Queries.Requirements;

/// <summary>The line's severity lies in the range, both ends included.</summary>
public sealed record SeverityRequirement(Severity From, Severity To) : Requirement;
