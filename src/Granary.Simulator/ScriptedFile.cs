namespace Granary.Simulator;

/// <summary>A log file with given bytes, for a test that says itself what the lines are.</summary>
/// <param name="Path">Path below the build's log folder, segments separated by <c>/</c>.</param>
/// <param name="Raw">Decoded bytes.</param>
/// <param name="Lines">The expected lines, in order, whole: a long one is divided into parts by the simulator.</param>
/// <param name="Encoding">How it is stored and sent.</param>
public sealed record ScriptedFile(
    string Path,
    ReadOnlyMemory<byte> Raw,
    IReadOnlyList<string> Lines,
    LogEncoding Encoding = LogEncoding.Plain);
