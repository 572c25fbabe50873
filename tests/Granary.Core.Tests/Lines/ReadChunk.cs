using System.Text;
using Granary.Core.Chunks;
using Granary.Core.Model;

namespace Granary.Core.Tests.Lines;

/// <summary>What a chunk held, copied out of its pooled memory.</summary>
internal sealed record ReadChunk(
    ChunkId Id, long FirstLine, int FirstPart, string Text, string Times, string Flags, long Carried, ContentHash Hash, long RawBytes)
{
    public Checkpoint? Resume { get; init; }

    public static ReadChunk From(Chunk chunk)
    {
        using (chunk)
        {
            var text = chunk.Text.Span;
            var start = 0;
            foreach (var end in chunk.Ends)
            {
                text[start..end].Contains((byte)'\n').ShouldBeFalse();
                text[end].ShouldBe((byte)'\n');
                (end - start).ShouldBeLessThanOrEqualTo(Chunk.MaxEntryBytes);
                start = end + 1;
            }

            start.ShouldBe(chunk.Length);
            chunk.Length.ShouldBeLessThanOrEqualTo(Chunk.MaxBytes);
            chunk.Count.ShouldBeInRange(1, Chunk.MaxEntries);
            return new ReadChunk(chunk.Id, chunk.FirstLine, chunk.FirstPart, Encoding.UTF8.GetString(text),
                string.Join(' ', chunk.Times.ToArray()), Convert.ToHexString(chunk.Flags), chunk.CarriedTime, chunk.Hash,
                chunk.RawBytes) { Resume = chunk.Resume };
        }
    }

    /// <summary>The entries; those that continue a line start with a +.</summary>
    public IEnumerable<string> Entries()
    {
        var flags = Convert.FromHexString(Flags);
        return Text[..^1].Split('\n').Select((entry, i) => (flags[i] & Chunk.ContinuesLine) != 0 ? "+" + entry : entry);
    }
}
