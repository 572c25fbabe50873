using System.Text;
using Granary.Core.Chunks;
using Granary.Core.Lines;
using Granary.Core.Model;

namespace Granary.Core.Tests.Lines;

public sealed class ContentChainTests
{
    [Fact]
    public void No_entries_have_the_hash_of_a_log_without_chunks()
    {
        using var chain = new ContentChain();
        chain.Finish().ShouldBe(ChainOf(""u8.ToArray()).Chain);
    }

    [Fact]
    public void Entries_alone_give_the_hash_of_the_log()
    {
        using var chain = new ContentChain();
        for (var seed = 0; seed < 60; seed++)
        {
            var (expected, entries) = ChainOf(NastyLog.Make(new Random(seed)));
            entries.ForEach(entry => chain.Add(entry));
            chain.Finish().ShouldBe(expected, $"seed {seed}");
        }
    }

    [Theory]
    [InlineData(1, 3 * Chunk.MaxEntries)]
    [InlineData(99, 6000)]
    [InlineData(Chunk.MaxEntryBytes, 20)]
    [InlineData(Chunk.MaxEntryBytes + 5, 20)]
    public void Logs_of_many_chunks_are_parted_alike(int bytes, int lines)
    {
        var log = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, lines).Select(_ => new string('x', bytes) + "\n")));
        var (expected, entries) = ChainOf(log);
        using var chain = new ContentChain();
        entries.ForEach(entry => chain.Add(entry));
        chain.Finish().ShouldBe(expected);
    }

    [Fact]
    public void One_changed_byte_and_one_moved_line_change_it()
    {
        Of("one", "two").ShouldNotBe(Of("one", "twp"));
        Of("one", "two").ShouldNotBe(Of("two", "one"));
        Of("one", "").ShouldNotBe(Of("one"));
    }

    private static ContentHash Of(params string[] entries)
    {
        using var chain = new ContentChain();
        foreach (var entry in entries)
        {
            chain.Add(Encoding.UTF8.GetBytes(entry));
        }

        return chain.Finish();
    }

    private static (ContentHash Chain, List<byte[]> Entries) ChainOf(byte[] log)
    {
        var chunker = new LogChunker(Logs.Identity, new LineRules());
        var entries = new List<byte[]>();
        foreach (var chunk in chunker.ReadAsync(new MemoryStream(log), 0, null, CancellationToken.None).ToBlockingEnumerable())
        {
            using (chunk)
            {
                for (var index = 0; index < chunk.Count; index++)
                {
                    entries.Add(chunk.Text.Span[(index == 0 ? 0 : chunk.Ends[index - 1] + 1)..chunk.Ends[index]].ToArray());
                }
            }
        }

        return (chunker.Chain, entries);
    }
}
