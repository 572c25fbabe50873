namespace Granary.Blocks;

/// <summary>Another process writes to the index.</summary>
public sealed class IndexLockedException(string folder, Exception inner)
    : Exception($"another collector writes to {folder}; only one can", inner);
