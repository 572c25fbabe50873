namespace Granary.Core.Streams;

/// <summary>When a chunk without an acknowledgement is sent again, and when no more.</summary>
public sealed record ResendRules
{
    /// <summary>Packed bytes that may be sent and not yet acknowledged; one chunk always may.</summary>
    public long WindowBytes { get; init; } = 16L << 20;

    /// <summary>How long after it was sent first; doubled each time up to <see cref="LongestWait"/>.</summary>
    public TimeSpan FirstWait { get; init; } = TimeSpan.FromSeconds(5);

    public TimeSpan LongestWait { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often it is looked for chunks that wait too long.</summary>
    public TimeSpan Tick { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long after it was sent first the index is taken for unavailable.</summary>
    public TimeSpan GiveUp { get; init; } = TimeSpan.FromMinutes(3);
}
