namespace Granary.Core.Ports;

/// <summary>Somebody else has changed the source's cursor: what was read must be judged again by the new one.</summary>
public sealed class StaleCursorException(string source, long expected, long actual)
    : Exception($"the cursor of {source} is at version {actual}, not {expected}")
{
    /// <summary>The version that the store holds.</summary>
    public long Actual { get; } = actual;
}
