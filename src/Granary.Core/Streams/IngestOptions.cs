namespace Granary.Core.Streams;

/// <summary>How a build is read.</summary>
public sealed record IngestOptions
{
    /// <summary>Bytes of chunks of one build that may be sent and not yet acknowledged.</summary>
    public long WindowBytes { get; init; } = 64L << 20;

    /// <summary>Acknowledged bytes after which a checkpoint is stored.</summary>
    public long CheckpointBytes { get; init; } = 64L << 20;
}
