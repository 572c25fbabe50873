namespace Granary.Core.Masking;

/// <summary>A secret in a text.</summary>
/// <param name="Context">Where begins what tells that it is one.</param>
/// <param name="Start">Its first byte.</param>
/// <param name="End">After its last byte.</param>
internal readonly record struct MaskRange(int Context, int Start, int End);
