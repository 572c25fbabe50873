using System.Buffers;
using System.IO.Compression;
using Granary.Core.Model;

namespace Granary.Blocks.Format;

/// <summary>Reads one segment. Safe for several threads; what is damaged is an exception that <see cref="SegmentDamageException.Tells"/> knows.</summary>
internal sealed class SegmentReader : IDisposable
{
    private const int KeptPages = 8;
    private const string LostReason = "was damaged, and is lost";

    private readonly SegmentFile file;
    private readonly (int Number, SegmentLog[] Logs)[] kept = new (int, SegmentLog[])[KeptPages];
    private BuildTable? builds;

    /// <exception cref="FileNotFoundException">The file is not there (any more).</exception>
    /// <exception cref="InvalidDataException">Neither copy of the directory can be read.</exception>
    /// <exception cref="IndexFormatException">A newer version wrote it.</exception>
    public SegmentReader(string path)
    {
        Name = Path.GetFileName(path);
        file = new SegmentFile(path);
        try
        {
            Directory = SegmentOpening.Read(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }

        Tokens = new TermDictionary(file, Directory.Tokens, Directory.Blocks.Count, "tokens");
        Pairs = new TermDictionary(file, Directory.Pairs, Directory.Blocks.Count, "pairs");
        Trigrams = new TermDictionary(file, Directory.Trigrams, Directory.Blocks.Count, "trigrams");
    }

    /// <summary>The file's name.</summary>
    public string Name { get; }

    public SegmentDirectory Directory { get; }

    public TermDictionary Tokens { get; }

    public TermDictionary Pairs { get; }

    public TermDictionary Trigrams { get; }

    /// <summary>Reads the lines of a block into <paramref name="target"/> and returns how many bytes they are.</summary>
    public int ReadBlock(int number, Span<byte> target)
    {
        var block = Directory.Blocks[number];
        Unpack(block.Offset, block.Stored, block.Crc, (uint)number, target[..block.Raw], $"block {number}");
        return block.Raw;
    }

    /// <summary>What is known of a block without reading it: that it is lost, see <see cref="Lost"/>, or null.</summary>
    public SegmentDamageException? DamageOf(int block) =>
        Directory.Blocks[block].Stored == 0 ? new SegmentDamageException($"block {block}", LostReason) : null;

    /// <summary>The logs of a page, in their order.</summary>
    public SegmentLog[] ReadPage(int number)
    {
        lock (kept)
        {
            if (kept[number % KeptPages] is { Logs: not null } page && page.Number == number)
            {
                return page.Logs;
            }
        }

        var logs = DecodePage(number);
        lock (kept)
        {
            kept[number % KeptPages] = (number, logs);
        }

        return logs;
    }

    /// <summary>The logs of a build, of every generation, in their order.</summary>
    public IEnumerable<SegmentLog> FindLogs(BuildKey build, Id96 buildHash)
    {
        foreach (var page in PagesOf(buildHash))
        {
            foreach (var log in ReadPage(page))
            {
                if (log.Log.Build.Key == build)
                {
                    yield return log;
                }
            }
        }
    }

    /// <summary>Pages that may hold logs of the build; every page where the table of builds is damaged.</summary>
    public int[] PagesOf(Id96 buildHash)
    {
        try
        {
            builds ??= ReadBuilds();
            return builds.PagesOf(BuildTable.KeyOf(buildHash)).ToArray();
        }
        catch (Exception e) when (SegmentDamageException.Tells(e))
        {
            return [.. Enumerable.Range(0, Directory.Pages.Count)];
        }
    }

    /// <summary>What stands for the builds with logs on a page, see <see cref="BuildTable.KeyOf"/>; empty where the table of builds is damaged.</summary>
    public IReadOnlyList<ulong> BuildsOn(int page)
    {
        try
        {
            return (builds ??= ReadBuilds()).BuildsOn(page);
        }
        catch (Exception e) when (SegmentDamageException.Tells(e))
        {
            return [];
        }
    }

    /// <summary>Reads everything.</summary>
    /// <returns>Every damage.</returns>
    public IEnumerable<Exception> Check()
    {
        var text = new byte[SegmentFormat.MaxBlockBytes];
        var parts = SegmentOpening.Check(file)
            .Concat(Enumerable.Range(0, Directory.Blocks.Count).Select(number => Try(() => ReadBlock(number, text))))
            .Concat(Enumerable.Range(0, Directory.Pages.Count).Select(number => Try(() => DecodePage(number))))
            .Append(Try(() => ReadBuilds()))
            .Concat(Tokens.Check()).Concat(Pairs.Check()).Concat(Trigrams.Check());
        return parts.OfType<Exception>();
    }

    public void Dispose() => file.Dispose();

    private static Exception? Try(Action read)
    {
        try
        {
            read();
            return null;
        }
        catch (Exception e) when (SegmentDamageException.Tells(e))
        {
            return e;
        }
    }

    private SegmentLog[] DecodePage(int number)
    {
        var page = Directory.Pages[number];
        var raw = ArrayPool<byte>.Shared.Rent(page.Raw);
        try
        {
            Unpack(page.Offset, page.Stored, page.Crc, (uint)number, raw.AsSpan(0, page.Raw), $"page {number} of logs");
            var source = new ByteSource(raw.AsSpan(0, page.Raw));
            var logs = new SegmentLog[Math.Min(page.Logs, page.Raw)];
            for (var index = 0; index < logs.Length; index++)
            {
                logs[index] = SegmentLog.Read(ref source, Directory.Day, Directory.Blocks.Count);
            }

            return logs;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(raw);
        }
    }

    private BuildTable ReadBuilds()
    {
        var bytes = new byte[Directory.BuildsCount * BuildTable.EntrySize];
        file.Read(Directory.BuildsOffset, bytes);
        return Crc32C.Of(bytes) == Directory.BuildsCrc
            ? BuildTable.Read(bytes)
            : throw new SegmentDamageException("table of builds", "does not fit its checksum");
    }

    private void Unpack(long offset, int stored, uint crc, uint seed, Span<byte> target, string what)
    {
        var rented = ArrayPool<byte>.Shared.Rent(stored);
        try
        {
            var bytes = rented.AsSpan(0, stored);
            file.Read(offset, bytes);
            if (Crc32C.Of(bytes, seed) != crc)
            {
                throw new SegmentDamageException(what, stored == 0 ? LostReason : "does not fit its checksum");
            }

            if (!BrotliDecoder.TryDecompress(bytes, target, out var written) || written != target.Length)
            {
                throw new SegmentDamageException(what, "cannot be decompressed");
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }
}
