using Granary.Core.Model;

namespace Granary.Conformance;

/// <summary>An entry that must be found.</summary>
public sealed record ConformanceHit(BuildKey Build, string File, long Line, int Part);
