using Granary.Core.Model;

namespace Granary.Core.Queries.Matching;

/// <summary>What clauses see of a line.</summary>
internal readonly ref struct LineView(ReadOnlySpan<byte> folded, long time, Severity severity)
{
    internal ReadOnlySpan<byte> Folded { get; } = folded;

    /// <summary>The line's own time, else its build's finish, else <see cref="Chunks.Chunk.NoTime"/>.</summary>
    internal long Time { get; } = time;

    internal Severity Severity { get; } = severity;
}
