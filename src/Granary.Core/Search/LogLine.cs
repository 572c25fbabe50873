using Granary.Core.Model;

namespace Granary.Core.Search;

/// <summary>One entry read from an index.</summary>
/// <param name="File">The log's path in its build.</param>
/// <param name="Number">The line's number, from 1.</param>
/// <param name="Part">0, or the number of the part of a long line.</param>
/// <param name="Text">Normalised UTF-8 without line end.</param>
/// <param name="Time">Own or carried time in nanoseconds since 1970 UTC, or <see cref="Chunks.Chunk.NoTime"/>.</param>
/// <param name="Severity">What the line says of itself.</param>
public sealed record LogLine(string File, long Number, int Part, ReadOnlyMemory<byte> Text, long Time, Severity Severity);
