namespace Granary.State;

/// <summary>The database is damaged, not Granary's, or of a version that this program does not know.</summary>
public sealed class StateFormatException(string message, Exception? inner = null) : Exception(message, inner);
