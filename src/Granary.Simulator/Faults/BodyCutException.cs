namespace Granary.Simulator.Faults;

/// <summary>The body ends here by fault: the connection is to be aborted.</summary>
internal sealed class BodyCutException : IOException;
