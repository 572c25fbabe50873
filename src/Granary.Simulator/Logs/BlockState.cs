namespace Granary.Simulator.Logs;

/// <summary>Where a block of like lines stands: neighbours name neighbouring things, as in real logs.</summary>
/// <param name="Seed">The block's own bits.</param>
/// <param name="Near">Where in the vocabulary it is at home.</param>
/// <param name="Count">Lines written so far.</param>
/// <param name="Total">Lines it will have.</param>
internal readonly record struct BlockState(ulong Seed, int Near, int Count, int Total);
