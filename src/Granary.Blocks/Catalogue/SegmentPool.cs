using Granary.Blocks.Format;

namespace Granary.Blocks.Catalogue;

/// <summary>
/// Open segments, shared by all who read them. One that is in use stays open, and thereby readable, though its row and file have
/// gone; it is closed when it is neither used nor in the catalogue.
/// </summary>
internal sealed class SegmentPool(string folder) : IDisposable
{
    private sealed class Slot
    {
        public SegmentReader? Reader;
        public int Users;
        public bool Retired;
    }

    private readonly Dictionary<long, Slot> slots = [];

    /// <summary>Segments that are open.</summary>
    public int Count
    {
        get
        {
            lock (slots)
            {
                return slots.Count;
            }
        }
    }

    /// <summary>Opens a segment, or takes the open one; <see cref="Return"/> must follow.</summary>
    /// <exception cref="FileNotFoundException">The file is not there (any more).</exception>
    /// <exception cref="InvalidDataException">It is damaged so far that nothing of it can be read.</exception>
    public SegmentReader Take(SegmentRow row)
    {
        Slot? slot;
        lock (slots)
        {
            if (!slots.TryGetValue(row.Id, out slot))
            {
                slots.Add(row.Id, slot = new Slot());
            }

            slot.Users++;
        }

        try
        {
            // Not under the pool's lock: several are opened at a time.
            lock (slot)
            {
                return slot.Reader ??= new SegmentReader(Path.Combine(folder, row.FileName));
            }
        }
        catch
        {
            Return(row);
            throw;
        }
    }

    public void Return(SegmentRow row)
    {
        lock (slots)
        {
            var slot = slots[row.Id];
            slot.Users--;
            CloseIfDone(row.Id, slot);
        }
    }

    /// <summary>Closes, now or when its last user is done, every segment that is not in <paramref name="current"/>.</summary>
    public void Retain(IReadOnlySet<long> current)
    {
        lock (slots)
        {
            foreach (var (id, slot) in slots)
            {
                slot.Retired = !current.Contains(id);
                CloseIfDone(id, slot);
            }
        }
    }

    public void Dispose()
    {
        lock (slots)
        {
            foreach (var slot in slots.Values)
            {
                slot.Reader?.Dispose();
            }

            slots.Clear();
        }
    }

    private void CloseIfDone(long id, Slot slot)
    {
        if (slot is { Retired: true, Users: 0 })
        {
            slot.Reader?.Dispose();
            slots.Remove(id);
        }
    }
}
