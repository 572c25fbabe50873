namespace Granary.Elastic.Writing;

/// <summary>One action and its document in a body: where they lie, and whose they are.</summary>
/// <param name="Piece">The piece of the body.</param>
/// <param name="Start">Offset in the piece.</param>
/// <param name="Length">Bytes, both line ends included.</param>
/// <param name="Owner">The chunk.</param>
internal readonly record struct BulkItem(int Piece, int Start, int Length, ChunkProgress Owner);
