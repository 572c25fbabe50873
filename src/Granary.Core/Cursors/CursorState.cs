namespace Granary.Core.Cursors;

/// <summary>A source's pagination state, without the rows of <c>open</c> and <c>pending</c>, which the store keeps one by one.</summary>
public sealed record CursorState
{
    /// <summary>Raised by every change; a writer with a stale version is refused.</summary>
    public long Version { get; init; }

    public IntervalSet Taken { get; init; } = IntervalSet.Empty;

    /// <summary>What <see cref="Taken"/> speaks of: when the filter changes, the intervals are forgotten.</summary>
    public string FilterKey { get; init; } = "";

    public int Open { get; init; }

    public int Pending { get; init; }

    /// <summary>When the source was last read to its top without an error.</summary>
    public DateTimeOffset? LastPoll { get; init; }

    public string? LastError { get; init; }

    public DateTimeOffset? LastErrorAt { get; init; }

    /// <summary>The newest finish among builds seen, and among those with a complete receipt: their difference is the lag.</summary>
    public DateTimeOffset? NewestSeen { get; init; }

    /// <summary>See <see cref="NewestSeen"/>.</summary>
    public DateTimeOffset? NewestIndexed { get; init; }
}
