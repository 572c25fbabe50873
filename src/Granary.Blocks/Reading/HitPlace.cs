using Granary.Core.Search;

namespace Granary.Blocks.Reading;

/// <summary>An entry that answers the query, where it lies in memory.</summary>
/// <param name="View">Its chunk; held for the time of the call only.</param>
/// <param name="Start">Offset of the entry in the chunk's text.</param>
/// <param name="End">Offset of its line end.</param>
/// <param name="Spans">The matches in a part of a long line; null where the entry is a whole line, to be asked for itself.</param>
internal readonly record struct HitPlace(ChunkView View, int Start, int End, IReadOnlyList<MatchSpan>? Spans)
{
    public ReadOnlySpan<byte> Text => View.Text[Start..End];
}
