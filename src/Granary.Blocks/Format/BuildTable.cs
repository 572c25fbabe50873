using System.Buffers.Binary;
using Granary.Core.Model;

namespace Granary.Blocks.Format;

/// <summary>In which pages of a segment a build has logs: sorted pairs of the start of the build's hash and a page's number.</summary>
internal sealed class BuildTable(ulong[] builds, int[] pages)
{
    public const int EntrySize = sizeof(ulong) + sizeof(uint);

    /// <summary>What stands for a build; others may share it, so a log found by it must be compared.</summary>
    public static ulong KeyOf(Id96 buildHash) => ((ulong)buildHash.High << 32) | (buildHash.Low >> 32);

    public static void Write(ByteSink sink, IEnumerable<(ulong Build, int Page)> entries)
    {
        foreach (var (build, page) in entries)
        {
            sink.Fixed64(build);
            sink.Fixed32((uint)page);
        }
    }

    public static BuildTable Read(ReadOnlySpan<byte> bytes)
    {
        var (builds, pages) = (new ulong[bytes.Length / EntrySize], new int[bytes.Length / EntrySize]);
        for (var index = 0; index < builds.Length; index++)
        {
            builds[index] = BinaryPrimitives.ReadUInt64LittleEndian(bytes[(index * EntrySize)..]);
            pages[index] = BinaryPrimitives.ReadInt32LittleEndian(bytes[(index * EntrySize + sizeof(ulong))..]);
        }

        return new BuildTable(builds, pages);
    }

    public ReadOnlySpan<int> PagesOf(ulong build)
    {
        var start = LowerBound(build);
        var end = start;
        while (end < builds.Length && builds[end] == build)
        {
            end++;
        }

        return pages.AsSpan(start, end - start);
    }

    public IReadOnlyList<ulong> BuildsOn(int page) => [.. builds.Where((_, index) => pages[index] == page)];

    private int LowerBound(ulong build)
    {
        var (low, high) = (0, builds.Length);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            (low, high) = builds[middle] < build ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
