namespace Granary.App.Reporting;

/// <summary>What an engine that holds the lines says now.</summary>
public sealed record IndexStatus
{
    /// <summary>Its addresses, without credentials.</summary>
    public required string Address { get; init; }

    /// <summary>Its name and version; null where it does not answer.</summary>
    public string? Engine { get; init; }

    /// <summary>Why it cannot be asked; null where it can.</summary>
    public string? Problem { get; init; }

    /// <summary>Lines that it refused for good and that no later reading has replaced.</summary>
    public long RefusedLines { get; init; }

    /// <summary>Why, the commonest causes first.</summary>
    public IReadOnlyList<RefusalStatus> Refusals { get; init; } = [];
}
