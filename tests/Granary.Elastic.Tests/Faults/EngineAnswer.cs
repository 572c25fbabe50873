namespace Granary.Elastic.Tests.Faults;

/// <summary>What is answered in the engine's place.</summary>
public sealed record EngineAnswer(int Status, string Json)
{
    /// <summary>The header of that name.</summary>
    public string? RetryAfter { get; init; }
}
