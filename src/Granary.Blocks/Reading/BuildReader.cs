using Granary.Blocks.Format;
using Granary.Core.Model;
using Granary.Core.Search;

namespace Granary.Blocks.Reading;

/// <summary>Reads the logs of one build from a snapshot, which it owns.</summary>
internal sealed class BuildReader : IDisposable
{
    private readonly Snapshot snapshot;
    private readonly Action<IndexDamage> damaged;
    private readonly HashSet<IndexDamage> told = [];
    private readonly BlockCache cache = new();
    private readonly IReadOnlyList<LogText> logs;

    /// <param name="damaged">Told once of each part that may hold lines of the build and cannot be read.</param>
    public BuildReader(Snapshot snapshot, BuildKey build, Action<IndexDamage> damaged)
    {
        (this.snapshot, this.damaged) = (snapshot, damaged);
        foreach (var damage in snapshot.Damages)
        {
            Damaged(damage);
        }

        logs =
        [
            .. snapshot.FindLogs(build, Damaged).GroupBy(found => found.Log.Log.Id).Select(log => LogText.Of(
                log.First().Log.Log,
                log.SelectMany(found => found.Log.Chunks.Select(chunk => new ChunkPlace(found.Segment, chunk, true))))),
        ];
    }

    /// <summary>Entries of a file, of the generation that is shown, by line number; those of a damaged block are left out and told of.</summary>
    public IEnumerable<LogLine> ReadLines(string file, long from, long to)
    {
        var text = logs.FirstOrDefault(log => log.Log.File == file && !snapshot.IsLater(log.Log));
        for (var index = 0; index < (text?.Places.Count ?? 0); index++)
        {
            var follows = index + 1 < text!.Places.Count ? text.Places[index + 1].Chunk.FirstLine : long.MaxValue;
            if (follows < from || text.Places[index].Chunk.FirstLine > to)
            {
                continue;
            }

            using var view = TryOpen(text, index);
            for (var entry = 0; entry < (view?.Count ?? 0); entry++)
            {
                var number = view!.NumberOf(entry);
                if (number >= from && number <= to)
                {
                    yield return view.ToLine(entry);
                }
            }
        }
    }

    public BuildContents ReadContents(int generation, CancellationToken cancellation)
    {
        var files = new Dictionary<string, FileContents>();
        foreach (var text in logs.Where(log => log.Log.Generation == generation))
        {
            files[text.Log.File] = ReadFile(text, cancellation);
        }

        var others = logs.Where(log => log.Log.Generation != generation)
            .Sum(log => log.Places.Sum(place => (long)place.Chunk.Count));
        return new BuildContents(files, others);
    }

    public void Dispose()
    {
        cache.Dispose();
        snapshot.Dispose();
    }

    /// <summary>Counts and hashes what is really there; a damaged block is left out, so that the sums tell of it.</summary>
    private FileContents ReadFile(LogText text, CancellationToken cancellation)
    {
        var (entries, bytes, chain) = (0L, 0L, default(ContentHash));
        for (var index = 0; index < text.Places.Count; index++)
        {
            cancellation.ThrowIfCancellationRequested();
            using var view = TryOpen(text, index);
            if (view is not null)
            {
                entries += view.Text.Count((byte)'\n');
                bytes += view.Text.Length;
                chain = chain.Then(ContentHash.Of(view.Text));
            }
        }

        return new FileContents(entries, bytes, chain);
    }

    private ChunkView? TryOpen(LogText text, int index)
    {
        try
        {
            return text.Open(cache, index);
        }
        catch (Exception e) when (SegmentDamageException.Tells(e))
        {
            Damaged(SegmentDamageException.Describe(text.Places[index].Segment.Name, e));
            return null;
        }
    }

    private void Damaged(IndexDamage damage)
    {
        if (told.Add(damage))
        {
            damaged(damage);
        }
    }
}
