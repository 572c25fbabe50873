using Granary.Core.Model;

namespace Granary.Conformance;

/// <summary>A build and its logs, as they stand in the index.</summary>
public sealed record ConformanceBuild(Build Build, IReadOnlyList<ConformanceFile> Files);
