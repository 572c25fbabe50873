namespace Granary.Core.Lines;

/// <summary>The log is not the one that the checkpoint was made from: it must be read from its start as a new generation.</summary>
public sealed class LogChangedException(string message) : Exception(message);
