using Granary.Blocks.Files;

namespace Granary.Blocks;

/// <summary>How an embedded index is written.</summary>
public sealed record BlockIndexOptions
{
    /// <summary>Where index.db and the segments are; made where it is not there.</summary>
    public required string Folder { get; init; }

    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Bytes of lines after which a segment is sealed; merging makes segments of at most this.</summary>
    public long SegmentBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>How long after its first chunk a segment is sealed.</summary>
    public TimeSpan FlushInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long after every writer stopped to bring chunks a segment is sealed.</summary>
    public TimeSpan IdleInterval { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Index days that are open at a time.</summary>
    public int OpenDays { get; init; } = 4;

    /// <summary>Bytes that must stay free where the folder is.</summary>
    public long FreeDiskFloor { get; init; } = 256 * 1024 * 1024;

    /// <summary>Most bytes of all segments together; 0: no bound.</summary>
    public long MaxSize { get; init; }

    /// <summary>Blocks compressed at a time; 1: on the thread that brings the chunk.</summary>
    public int Parallelism { get; init; } = Environment.ProcessorCount;

    /// <summary>Segments of a day and of like size that are merged into one; 0: never.</summary>
    public int MergeFactor { get; init; } = 8;

    internal FileLayer Layer { get; init; } = DiskFileLayer.Instance;
}
