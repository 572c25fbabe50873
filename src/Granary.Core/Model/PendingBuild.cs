namespace Granary.Core.Model;

/// <summary>A finished build that has no receipt yet.</summary>
public sealed record PendingBuild
{
    public required Build Build { get; init; }

    /// <summary>Readings that failed; a crash of the collector is not the build's failure and does not count.</summary>
    public int Attempts { get; init; }

    /// <summary>Not before this instant (back-off).</summary>
    public DateTimeOffset NextTry { get; init; }

    /// <summary>From 1; stored before the generation's first chunk is written.</summary>
    public int Generation { get; init; } = 1;

    /// <summary>Versions that this generation's lines are made with.</summary>
    public int NormaliserVersion { get; init; }

    /// <summary>See <see cref="NormaliserVersion"/>.</summary>
    public int MaskingVersion { get; init; }

    /// <summary>Fixed when the build first becomes pending: its finish date, else the day it was first seen.</summary>
    public DateOnly IndexDay { get; init; }

    /// <summary>True once a second reading or generation was begun: older generations must be deleted, the count checked.</summary>
    public bool ReadBefore { get; init; }

    public Checkpoint? Checkpoint { get; init; }

    /// <summary>
    /// The receipt of a reading of which the index holds every chunk, stored before older generations are deleted: of this generation
    /// nothing needs to be read again; of an earlier one, it tells what there is to keep. Null before.
    /// </summary>
    public Receipt? Held { get; init; }

    /// <summary>The last failure's message; null before any.</summary>
    public string? LastError { get; init; }

    /// <summary>How often it was leased, as its store read it; 0 in a store without leases.</summary>
    public long Epoch { get; init; }

    /// <summary>The receipt of this reading of the build, without its files and reasons.</summary>
    public Receipt ToReceipt(ReceiptStatus status, DateTimeOffset writtenAt) => new()
    {
        Build = Build,
        Status = status,
        Generation = Generation,
        Attempts = Attempts,
        IndexDay = IndexDay,
        NormaliserVersion = NormaliserVersion,
        MaskingVersion = MaskingVersion,
        WrittenAt = writtenAt,
    };
}
