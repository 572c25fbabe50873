namespace Granary.App;

/// <summary>A second collector was refused; the message names the process that has the folder.</summary>
public sealed class CollectorRunningException(string message, Exception inner) : Exception(message, inner);
