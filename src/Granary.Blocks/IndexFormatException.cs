namespace Granary.Blocks;

/// <summary>The index was written by a newer version of the program, and is left untouched.</summary>
public sealed class IndexFormatException(string message) : Exception(message);
