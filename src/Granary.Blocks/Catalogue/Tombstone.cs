using Granary.Core.Model;

namespace Granary.Blocks.Catalogue;

/// <summary>Lines of a build below a generation are deleted, though files may still hold them.</summary>
internal sealed record Tombstone(BuildKey Build, int Generation, DateOnly Day);
