using Granary.Blocks.Catalogue;
using Granary.Blocks.Format;
using Granary.Core.Chunks;
using Granary.Core.Model;

namespace Granary.Blocks.Writing;

/// <summary>
/// Tells which chunks committed segments hold. The ids are in the segments themselves, so they are committed with the data; a day's
/// segments are asked, as a build never leaves its index day.
/// </summary>
internal sealed class HeldChunks(SegmentPool pool)
{
    private readonly Dictionary<DateOnly, List<SegmentRow>> days = [];

    public void Set(CatalogueContents contents)
    {
        lock (days)
        {
            days.Clear();
            foreach (var day in contents.Segments.GroupBy(row => row.Day))
            {
                days.Add(day.Key, [.. day]);
            }
        }
    }

    /// <summary>The segments of a day as they are now; the list does not change.</summary>
    public IReadOnlyList<SegmentRow> SegmentsOf(DateOnly day)
    {
        lock (days)
        {
            return days.TryGetValue(day, out var rows) ? rows : [];
        }
    }

    /// <summary>
    /// True where a file is missing because a merge took its lines elsewhere: who looks through a day then looks again. It ends,
    /// as the day's rows are other ones before the file is deleted.
    /// </summary>
    public bool WentElsewhere(SegmentRow row, Exception error) => error is FileNotFoundException && !SegmentsOf(row.Day).Contains(row);

    /// <summary>The hash of the chunk that is held under this id; null where none is.</summary>
    public ContentHash? Find(LogIdentity log, int ordinal)
    {
        while (true)
        {
            try
            {
                foreach (var row in SegmentsOf(log.IndexDay))
                {
                    if (Find(row, log, ordinal) is { } hash)
                    {
                        return hash;
                    }
                }

                return null;
            }
            catch (FileNotFoundException)
            {
                continue;
            }
        }
    }

    private ContentHash? Find(SegmentRow row, LogIdentity log, int ordinal)
    {
        try
        {
            var segment = pool.Take(row);
            try
            {
                foreach (var page in segment.PagesOf(log.BuildHash))
                {
                    var held = segment.ReadPage(page).FirstOrDefault(found => found.Log.Id == log.Id);
                    if (held?.Chunks.FirstOrDefault(chunk => chunk.Ordinal == ordinal) is { } chunk)
                    {
                        return chunk.Hash;
                    }
                }

                return null;
            }
            finally
            {
                pool.Return(row);
            }
        }
        catch (Exception e) when (SegmentDamageException.Tells(e) && !WentElsewhere(row, e))
        {
            // What cannot be read is not held: the chunk is written again, and the damage is told by search and check.
            return null;
        }
    }
}
