namespace Granary.Core.Ports;

/// <summary>
/// The state store can write nothing now (disk full, input/output error, locked by another program). What was asked for has not
/// happened, and may be asked for again when there is space.
/// </summary>
public sealed class StateUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
