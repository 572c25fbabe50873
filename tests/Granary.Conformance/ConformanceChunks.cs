using System.Buffers;
using System.Text;
using Granary.Core.Chunks;
using Granary.Core.Model;

namespace Granary.Conformance;

/// <summary>The suite's lines as chunks, for indices that are written to.</summary>
public static class ConformanceChunks
{
    /// <summary>The chunks of every log, with as many entries each as is said; few make lines in parts lie in two chunks.</summary>
    /// <param name="entriesEach">Entries of a chunk, at least 1.</param>
    /// <param name="indexDay">The index day of all builds.</param>
    public static IEnumerable<Chunk> All(int entriesEach, DateOnly indexDay) =>
        from build in ConformanceSuite.Builds
        from file in build.Files
        from chunk in Of(new LogIdentity(build.Build, file.Path, $"https://ci.example.org/{file.Path}", 1, indexDay), file, entriesEach)
        select chunk;

    private static IEnumerable<Chunk> Of(LogIdentity log, ConformanceFile file, int entriesEach)
    {
        var entries = file.Lines.SelectMany((line, index) => line.Parts.Select((text, part) => new Entry(line, index + 1, part, text)));
        var carried = Chunk.NoTime;
        foreach (var (ordinal, some) in entries.Chunk(entriesEach).Index())
        {
            yield return Make(log, ordinal, carried, some);
            carried = Nanoseconds(some[^1]);
        }
    }

    private static Chunk Make(LogIdentity log, int ordinal, long carried, Entry[] entries)
    {
        var utf8 = Encoding.UTF8.GetBytes(string.Concat(entries.Select(entry => entry.Text + "\n")));
        var text = Rent<byte>(utf8);
        var lengths = entries.Select(entry => Encoding.UTF8.GetByteCount(entry.Text) + 1).ToArray();
        var ends = Rent<int>([.. lengths.Select((_, index) => lengths[..(index + 1)].Sum() - 1)]);
        var times = Rent<long>([.. entries.Select(Nanoseconds)]);
        var flags = Rent<byte>([.. entries.Select(entry => (byte)((byte)entry.Line.Severity | (entry.Part > 0 ? Chunk.ContinuesLine : 0)))]);
        return new Chunk(log, ordinal, entries[0].Number, entries[0].Part, utf8.Length, entries.Length, text, ends, times, flags)
        {
            CarriedTime = carried,
            Hash = ContentHash.Of(utf8),
            RawBytes = utf8.Length,
        };
    }

    private static long Nanoseconds(Entry entry) => (entry.Line.Time - DateTimeOffset.UnixEpoch)?.Ticks * 100 ?? Chunk.NoTime;

    private static T[] Rent<T>(T[] values)
    {
        var rented = ArrayPool<T>.Shared.Rent(values.Length);
        values.CopyTo(rented, 0);
        return rented;
    }

    private sealed record Entry(ConformanceLine Line, long Number, int Part, string Text);
}
