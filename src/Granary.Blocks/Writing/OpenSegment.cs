using Granary.Blocks.Catalogue;
using Granary.Blocks.Files;
using Granary.Blocks.Format;

namespace Granary.Blocks.Writing;

/// <summary>A segment being filled. Its users add one chunk at a time; blocks are packed beside that.</summary>
internal sealed class OpenSegment(FileLayer layer, string folder, long id, DateOnly day, BlockPacker packer) : IDisposable
{
    // A chunk of this size has a block of its own, so that it does not end a block of small chunks too early.
    private const int LargeChunk = SegmentFormat.MaxBlockBytes / 2;

    private readonly Lock writing = new();
    private readonly List<Task> packing = [];
    private SegmentWriter? writer;
    private OpenBlock? open;

    public DateOnly Day => day;

    /// <summary>Bytes of lines added so far.</summary>
    public long Raw { get; private set; }

    public async Task AddAsync(PendingChunk chunk, ReadOnlyMemory<byte> lines)
    {
        Begin();
        Raw += lines.Length;
        if (lines.Length >= LargeChunk)
        {
            var own = new OpenBlock();
            own.Add(chunk, lines.Span);
            await PackAsync(own);
            return;
        }

        if (open is { } full && !full.Fits(lines.Length))
        {
            open = null;
            await PackAsync(full);
        }

        open ??= new OpenBlock();
        open.Add(chunk, lines.Span);
    }

    /// <summary>Takes over what cannot be read, so that it goes on being told.</summary>
    public void AddLost(int raw, IReadOnlyList<PendingChunk> chunks)
    {
        Begin();
        lock (writing)
        {
            writer!.Add(PackedBlock.LostOf(raw, chunks));
        }
    }

    /// <inheritdoc cref="AddLost(int, IReadOnlyList{PendingChunk})"/>
    public void AddLost(LostPage page)
    {
        Begin();
        writer!.Add(page);
    }

    /// <summary>Writes what is left; the segment's file is durable and named afterwards. Null where nothing was added.</summary>
    public async Task<SegmentRow?> FinishAsync()
    {
        if (open is { } last)
        {
            open = null;
            await PackAsync(last);
        }

        await Task.WhenAll(packing);
        return writer?.Finish();
    }

    public void Dispose()
    {
        open?.Release();

        // Blocks still being packed, milliseconds each, would write into what is given back here.
        Task.WhenAll(packing).ContinueWith(_ => { }, TaskScheduler.Default).Wait();
        writer?.Dispose();
    }

    /// <summary>Not before there is something: a full disk then fails the chunk that needed it.</summary>
    private void Begin() => writer ??= new SegmentWriter(layer, folder, id, day);

    private async Task PackAsync(OpenBlock block) => packing.Add(await packer.StartAsync(block, packed =>
    {
        lock (writing)
        {
            writer!.Add(packed);
        }
    }));
}
