namespace Granary.Cluster;

/// <summary>
/// What a source's grain itself stores: who owns the source, and what its last walk came to. The cursor is not here but in the
/// state store, because a page is one transaction with the builds that it adds.
/// </summary>
[GenerateSerializer]
public sealed class SourceOwnership
{
    /// <summary>Counts the activations. Raised, and stored, before anything is done: of two activations one cannot store it.</summary>
    [Id(0)]
    public long Epoch { get; set; }

    /// <summary>The silo of the last activation.</summary>
    [Id(1)]
    public string Owner { get; set; } = "";

    [Id(2)]
    public DateTimeOffset? WalkedAt { get; set; }

    [Id(3)]
    public string? Error { get; set; }
}
