namespace Granary.Simulator.Expected;

/// <summary>One file of a build and what must come of it.</summary>
/// <param name="Path">Path below the build's log folder as the manifest names it.</param>
/// <param name="Outcome">What must come of it.</param>
/// <param name="RawBytes">Decoded bytes.</param>
/// <param name="Encoding">How it is stored and sent.</param>
public sealed record ExpectedFile(string Path, ExpectedFileOutcome Outcome, long RawBytes, LogEncoding Encoding);
