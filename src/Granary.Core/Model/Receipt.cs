namespace Granary.Core.Model;

/// <summary>The record that a build is done with: complete, failed, expired or purged.</summary>
public sealed record Receipt
{
    /// <summary>The reason of a build of which the CI names no logs.</summary>
    public const string NoLogs = "the CI names no logs";

    public required Build Build { get; init; }

    public required ReceiptStatus Status { get; init; }

    /// <summary>Why it is not complete, or what is missing though it is; empty for a clean build.</summary>
    public IReadOnlyList<string> Reasons { get; init; } = [];

    public IReadOnlyList<FileReceipt> Files { get; init; } = [];

    /// <summary>The generation whose lines the index holds.</summary>
    public int Generation { get; init; }

    /// <summary>Readings that failed before this record was written.</summary>
    public int Attempts { get; init; }

    /// <summary>The day whose index or segments hold the lines.</summary>
    public DateOnly IndexDay { get; init; }

    /// <summary>Versions of the normaliser and of the masking that made the lines.</summary>
    public int NormaliserVersion { get; init; }

    /// <summary>See <see cref="NormaliserVersion"/>.</summary>
    public int MaskingVersion { get; init; }

    public DateTimeOffset WrittenAt { get; init; }

    /// <summary>A later reading that could not be made, so that the lines are still those of <see cref="Generation"/>; null where none was.</summary>
    public GivenUpReading? GivenUp { get; init; }

    /// <summary>True for a build given up while it was still open: it expired, or could not be looked at.</summary>
    public bool NeverFinished => !Build.Finished && LastGeneration == 0 && Status is (ReceiptStatus.Expired or ReceiptStatus.Failed);

    /// <summary>The last generation that was begun: the next reading comes after it.</summary>
    public int LastGeneration => Math.Max(Generation, GivenUp?.Generation ?? 0);

    /// <summary>Normalised bytes over all files.</summary>
    public long Bytes => Files.Sum(file => file.Bytes);

    /// <summary>Lines over all files.</summary>
    public long Lines => Files.Sum(file => file.Lines);

    /// <summary>Entries over all files: what a count of the index must give.</summary>
    public long Entries => Files.Sum(file => file.Entries - file.Refused);
}
