using System.Buffers;

namespace Granary.Blocks.Reading;

/// <summary>A line with all its parts, which may lie in several chunks; joined, because a match may span them.</summary>
internal sealed class LongLine : IDisposable
{
    // A line beyond this is decided piece by piece: memory must not follow the input.
    private const int MaxBytes = 64 * 1024 * 1024;

    private readonly List<ChunkView> opened = [];
    private readonly List<(ChunkView View, int Entry)> parts = [];
    private byte[]? rented;
    private int length;

    /// <summary>The entries that make up the line, in order.</summary>
    public IReadOnlyList<(ChunkView View, int Entry)> Parts => parts;

    /// <summary>How many of them lie in the chunk in which the line begins.</summary>
    public int OwnParts { get; private set; }

    public ReadOnlySpan<byte> Text => rented is null ? parts[0].View[parts[0].Entry] : rented.AsSpan(0, length);

    /// <summary>Reads the line that begins at an entry.</summary>
    public static LongLine Read(LogText text, BlockCache cache, ChunkView view, int index, int entry)
    {
        var line = new LongLine();
        try
        {
            line.AddOwn(view, entry);
            if (entry + line.OwnParts == view.Count)
            {
                line.AddFollowing(text, cache, index + 1);
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

    private void AddOwn(ChunkView view, int entry)
    {
        do
        {
            Add(view, entry++);
            OwnParts++;
        }
        while (entry < view.Count && view.IsContinuation(entry));
    }

    private void AddFollowing(LogText text, BlockCache cache, int index)
    {
        while (text.Continues(index) && length < MaxBytes)
        {
            var view = text.Open(cache, index++);
            opened.Add(view);
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
