using Granary.Blocks.Catalogue;
using Granary.Blocks.Files;
using Granary.Blocks.Format;

namespace Granary.Blocks.Writing;

/// <summary>Writes one segment into a temporary file, block by block, and names it when it is whole and flushed.</summary>
internal sealed class SegmentWriter : IDisposable
{
    private readonly FileLayer layer;
    private readonly string folder;
    private readonly string temporary;
    private readonly LayerFile file;
    private readonly long id;
    private readonly DateOnly day;
    private readonly List<BlockEntry> blocks = [];
    private readonly PostingList tokens = new();
    private readonly PostingList pairs = new();
    private readonly PostingList trigrams = new();
    private readonly List<PendingChunk> chunks = [];
    private readonly List<LostPage> lostPages = [];
    private long position = SegmentFormat.HeaderSize;
    private bool named;

    public SegmentWriter(FileLayer layer, string folder, long id, DateOnly day)
    {
        (this.layer, this.folder, this.id, this.day) = (layer, folder, id, day);
        temporary = Path.Combine(folder, $"{id:D10}.tmp");
        file = layer.Create(temporary);
    }

    /// <summary>Bytes written so far.</summary>
    public long Bytes => position;

    /// <summary>Writes a block at the end and releases it.</summary>
    public void Add(PackedBlock packed)
    {
        var number = blocks.Count;
        var bytes = packed.Bytes.AsSpan(0, packed.Stored);
        file.Write(bytes, position);
        blocks.Add(new BlockEntry
        {
            Offset = position,
            Stored = packed.Stored,
            Raw = packed.Raw,
            Crc = packed.IsLost ? Lost.Crc(number) : Crc32C.Of(bytes, (uint)number),
            Flags = packed.Flags,
            Severities = packed.Severities,
            FirstTime = packed.FirstTime,
            LastTime = packed.LastTime,
            Pages = [],
        });
        position += packed.Stored;
        tokens.Add(packed.Terms.Tokens);
        pairs.Add(packed.Terms.Pairs);
        trigrams.Add(packed.Terms.Trigrams);
        chunks.AddRange(packed.Chunks.Select(chunk => chunk with { Entry = chunk.Entry with { Block = number } }));
        packed.Release();
    }

    /// <summary>Takes over a page of logs that cannot be read.</summary>
    public void Add(LostPage page) => lostPages.Add(page);

    /// <summary>Writes what stands behind the blocks, flushes, and gives the file its name.</summary>
    public SegmentRow Finish()
    {
        var logs = SegmentLogs.Sort(chunks);
        var pages = new PageWriter(blocks.Count);
        foreach (var log in logs)
        {
            pages.Add(log);
        }

        pages.Finish();
        lostPages.ForEach(pages.Add);
        // What stands behind the blocks is about a third of them.
        var body = new ByteSink((int)Math.Min(position / 2, 1 << 24));
        var start = position;
        var directory = new SegmentDirectory
        {
            Day = day,
            Tokens = tokens.Write(body, start + body.Length, SegmentFormat.TokenBits, static key => key),
            Pairs = pairs.Write(body, start + body.Length, SegmentFormat.PairBits, static key => key),
            Trigrams = trigrams.Write(body, start + body.Length, SegmentFormat.TrigramBits, SegmentFormat.SpreadTrigram),
            Pages = pages.WriteTo(body, start),
            Blocks = [.. blocks.Select((block, number) => block with { Pages = pages.PagesOf(number) })],
            BuildsOffset = start + body.Length,
            BuildsCount = pages.Builds.Count,
            BuildsCrc = pages.WriteBuilds(body),
        };
        WriteEnd(directory, body, start);
        var path = Path.Combine(folder, $"{id:D10}.seg");
        file.Flush();
        file.Dispose();
        layer.Rename(temporary, path);
        named = true;
        layer.FlushDirectory(folder);
        return new SegmentRow(id, day, position, blocks.Sum(block => (long)block.Raw), chunks.Sum(chunk => (long)chunk.Entry.Count),
            directory.Pages.Max(page => page.FirstFinish), directory.Pages.Min(page => page.LastFinish));
    }

    /// <summary>Deletes the file unless it is finished.</summary>
    public void Dispose()
    {
        tokens.Dispose();
        pairs.Dispose();
        trigrams.Dispose();
        file.Dispose();
        if (!named)
        {
            Discard();
        }
    }

    private void Discard()
    {
        try
        {
            layer.Delete(temporary);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // No row names it: it is deleted at the next start. Whoever gives up a segment must come to its end.
            return;
        }
    }

    /// <summary>The directory twice, so that a damage to one costs nothing; then both headers.</summary>
    private void WriteEnd(SegmentDirectory directory, ByteSink body, long start)
    {
        var raw = new ByteSink();
        directory.Write(raw);
        var stored = PageWriter.Compress(raw.Written);
        file.Write(stored, start + body.Length);
        var second = start + body.Length + stored.Length;
        file.Write(body.Written, start);
        file.Write(stored, second);
        position = second + stored.Length + SegmentFormat.HeaderSize;
        var header = new ByteSink();
        new SegmentHeader(SegmentFormat.Version, position, start + body.Length, second, stored.Length, raw.Length, Crc32C.Of(stored))
            .Write(header);
        file.Write(header.Written, position - SegmentFormat.HeaderSize);
        file.Write(header.Written, 0);
    }
}
