namespace Granary.Simulator.Faults;

/// <summary>What goes wrong with one request.</summary>
internal sealed record RequestFate
{
    public required long Number { get; init; }

    public bool TooMany { get; init; }

    public bool ServerError { get; init; }

    public bool Slow { get; init; }

    /// <summary>The share of the body that is sent before the connection is aborted.</summary>
    public double? CutAt { get; init; }

    /// <summary>Builds that appear before a page is answered.</summary>
    public int Shift { get; init; }
}
