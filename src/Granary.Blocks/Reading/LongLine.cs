using System.Buffers;

namespace Granary.Blocks.Reading;

/// <summary>
/// A line with all its parts, which may lie in several chunks; joined, because a match may span them. One that is longer than a
/// bound is decided piece by piece, as memory must not follow the input: a piece ends before the last chunk read for it, with which
/// the next one begins, and has a part more in front. So matches across the cut are found, up to the length of a part.
/// </summary>
internal sealed class LongLine : IDisposable
{
    /// <summary>Bytes after which a line is decided piece by piece.</summary>
    public const int MaxBytes = 64 * 1024 * 1024;

    private readonly List<ChunkView> opened = [];
    private readonly List<(ChunkView View, int Entry)> parts = [];
    private byte[]? rented;
    private int length;
    private int decided = int.MaxValue;

    /// <summary>The entries that make up the line or the piece, in order.</summary>
    public IReadOnlyList<(ChunkView View, int Entry)> Parts => parts;

    /// <summary>Those that are decided here.</summary>
    public Range Decided => (IsRest ? 1 : 0)..Math.Min(decided, parts.Count);

    /// <summary>The chunk with which the next piece begins; null where the line ends here.</summary>
    public int? Next { get; private set; }

    /// <summary>True for a piece that is not the line's first.</summary>
    private bool IsRest { get; init; }

    /// <summary>How many of them lie in the chunk in which the line begins.</summary>
    public int OwnParts { get; private set; }

    public ReadOnlySpan<byte> Text => rented is null ? parts[0].View[parts[0].Entry] : rented.AsSpan(0, length);

    /// <summary>Reads the line that begins at an entry, or its first piece.</summary>
    public static LongLine Read(LogText text, BlockCache cache, ChunkView view, int index, int entry, int longest) =>
        Fill(new LongLine(), text, cache, view, index, entry, longest);

    /// <summary>Reads the piece that begins with a chunk.</summary>
    public static LongLine ReadOn(LogText text, BlockCache cache, ChunkView view, int index, int longest) =>
        Fill(new LongLine { IsRest = true }, text, cache, view, index, 0, longest);

    public void Dispose()
    {
        foreach (var view in opened)
        {
            view.Dispose();
        }

        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private static LongLine Fill(LongLine line, LogText text, BlockCache cache, ChunkView view, int index, int entry, int longest)
    {
        try
        {
            if (line.IsRest)
            {
                var before = line.Open(text, cache, index - 1);
                line.Add(before, before.Count - 1);
            }

            line.AddOwn(view, entry);
            if (entry + line.OwnParts == view.Count)
            {
                line.AddFollowing(text, cache, index + 1, longest);
            }

            line.Join();
            return line;
        }
        catch
        {
            line.Dispose();
            throw;
        }
    }

    private void AddOwn(ChunkView view, int entry)
    {
        do
        {
            Add(view, entry++);
            OwnParts++;
        }
        while (entry < view.Count && view.IsContinuation(entry));
    }

    private void AddFollowing(LogText text, BlockCache cache, int index, int longest)
    {
        for (var last = 0; text.Continues(index); index++)
        {
            if (length >= longest && last > 0)
            {
                (decided, Next) = (last, index - 1);
                return;
            }

            last = parts.Count;
            var view = Open(text, cache, index);
            var entry = 0;
            while (entry < view.Count && view.IsContinuation(entry))
            {
                Add(view, entry++);
            }

            if (entry < view.Count)
            {
                return;
            }
        }
    }

    private ChunkView Open(LogText text, BlockCache cache, int index)
    {
        var view = text.Open(cache, index);
        opened.Add(view);
        return view;
    }

    private void Add(ChunkView view, int entry)
    {
        parts.Add((view, entry));
        length += view[entry].Length;
    }

    private void Join()
    {
        if (parts.Count == 1)
        {
            return;
        }

        rented = ArrayPool<byte>.Shared.Rent(length);
        var offset = 0;
        foreach (var (view, entry) in parts)
        {
            view[entry].CopyTo(rented.AsSpan(offset));
            offset += view[entry].Length;
        }
    }
}
