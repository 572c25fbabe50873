namespace Granary.Core.Streams;

/// <summary>The build cannot be read, and trying again does not help.</summary>
public sealed class UnreadableBuildException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The CI does not have (any more) what an earlier reading has; else a rule of ours stands against reading.</summary>
    public bool Gone { get; init; }
}
