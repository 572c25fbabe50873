namespace Granary.Simulator.Expected;

/// <summary>What a line, or a part of a line over 32 KiB, must be after normalisation.</summary>
/// <param name="Line">Number of the line, from 1.</param>
/// <param name="Part">Number of the part, from 0.</param>
/// <param name="Text">UTF-8 without the line's end; owned by the receiver.</param>
public readonly record struct ExpectedLine(long Line, int Part, ReadOnlyMemory<byte> Text);
