using System.IO.Compression;
using Granary.Blocks.Format;

namespace Granary.Blocks.Writing;

/// <summary>Gathers the logs of a segment, which come in their order, into compressed pages.</summary>
internal sealed class PageWriter(int blockCount)
{
    private const int Quality = 5;
    private const int WindowBits = 20;

    private readonly List<(byte[] Bytes, PageEntry Entry)> pages = [];
    private readonly List<(ulong Build, int Page)> builds = [];
    private readonly SortedSet<int>[] pagesOfBlock = new SortedSet<int>[blockCount];
    private readonly ByteSink sink = new();
    private int logs;
    private int chunks;
    private long firstFinish;
    private long lastFinish;

    /// <summary>See <see cref="BuildTable"/>; a build once for each page.</summary>
    public IReadOnlyList<(ulong Build, int Page)> Builds => builds;

    public void Add(SegmentLog log)
    {
        if (logs > 0 && (logs >= SegmentFormat.PageLogs || chunks + log.Chunks.Count > SegmentFormat.PageChunks))
        {
            Finish();
        }

        firstFinish = logs == 0 ? LogOrder.Finish(log.Log) : firstFinish;
        lastFinish = LogOrder.Finish(log.Log);
        log.Write(sink);
        logs++;
        chunks += log.Chunks.Count;
        foreach (var chunk in log.Chunks)
        {
            (pagesOfBlock[chunk.Block] ??= []).Add(pages.Count);
        }

        var build = (BuildTable.KeyOf(log.Log.BuildHash), pages.Count);
        if (builds.Count == 0 || builds[^1] != build)
        {
            builds.Add(build);
        }
    }

    /// <summary>Ends the page; called once more after the last log.</summary>
    public void Finish()
    {
        if (logs == 0)
        {
            return;
        }

        var stored = Compress(sink.Written);
        pages.Add((stored, new PageEntry(0, stored.Length, sink.Length, Crc32C.Of(stored, (uint)pages.Count), firstFinish, lastFinish, logs)));
        sink.Clear();
        (logs, chunks) = (0, 0);
    }

    public void Add(LostPage lost)
    {
        builds.AddRange(lost.Builds.Select(build => (build, pages.Count)));
        pages.Add(([], lost.Entry with { Stored = 0, Crc = Lost.Crc(pages.Count) }));
    }

    public int[] PagesOf(int block) => [.. pagesOfBlock[block] ?? []];

    /// <summary>Appends the pages and says where they lie.</summary>
    public IReadOnlyList<PageEntry> WriteTo(ByteSink target, long start)
    {
        var entries = new List<PageEntry>();
        foreach (var (bytes, entry) in pages)
        {
            entries.Add(entry with { Offset = start + target.Length });
            target.Raw(bytes);
        }

        return entries;
    }

    /// <summary>Appends the table of builds and returns its checksum.</summary>
    public uint WriteBuilds(ByteSink target)
    {
        builds.Sort();
        var from = target.Length;
        BuildTable.Write(target, builds);
        return Crc32C.Of(target.Written[from..]);
    }

    public static byte[] Compress(ReadOnlySpan<byte> bytes)
    {
        var target = new byte[BrotliEncoder.GetMaxCompressedLength(bytes.Length)];
        return BrotliEncoder.TryCompress(bytes, target, out var written, Quality, WindowBits)
            ? target[..written]
            : throw new InvalidOperationException("brotli needs more room than it says");
    }
}
