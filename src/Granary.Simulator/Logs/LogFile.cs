using Granary.Simulator.Faults;

namespace Granary.Simulator.Logs;

/// <summary>All that is needed to make the bytes of one log file, from any offset.</summary>
internal sealed record LogFile
{
    /// <summary>Decides the content; differs with build, file and version.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Number of the file in its build; stays when other files come or go.</summary>
    public required int Number { get; init; }

    public required string Path { get; init; }

    public required LogKind Kind { get; init; }

    /// <summary>Decoded bytes, exactly.</summary>
    public required long RawBytes { get; init; }

    public required LogEncoding Encoding { get; init; }

    public required string MimeType { get; init; }

    public required SimulatorFaults Faults { get; init; }

    public required DateTime Start { get; init; }

    public required TimeSpan Span { get; init; }

    public required int Version { get; init; }

    public string? Failure { get; init; }

    public OddLineKinds Odd { get; init; }

    public bool ByteOrderMark { get; init; }

    public bool CrLf { get; init; }

    public bool LongLines { get; init; }

    public bool FinalLineFeed { get; init; } = true;

    /// <summary>The stored gzip ends in the middle.</summary>
    public bool Truncated { get; init; }

    /// <summary>Named by the manifest, and gone.</summary>
    public bool Missing { get; init; }

    public ScriptedFile? Script { get; init; }

    public bool Gzip => Encoding != LogEncoding.Plain;

    public DateTime LastModified => Start + Span + TimeSpan.FromMinutes(Version);

    public string ETag => $"\"{Seed:x16}-{Version}\"";
}
