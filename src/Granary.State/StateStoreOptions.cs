namespace Granary.State;

/// <summary>How to open the state database.</summary>
public sealed record StateStoreOptions
{
    /// <summary>The database file (<c>state.db</c>); its folder must exist unless it is only read.</summary>
    public required string Path { get; init; }

    /// <summary>True: nothing is created or written; a file that is not there yet acts as an empty database.</summary>
    public bool ReadOnly { get; init; }

    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
