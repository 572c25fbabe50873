using System.Text;
using Granary.Core.Lines;
using Granary.Core.Masking;

namespace Granary.Core.Tests.Lines;

public sealed class AllocationTests
{
    [Fact]
    public void Nothing_is_allocated_per_line()
    {
        var secret = "gh" + "p_" + new string('a', 36);
        string[] kinds =
        [
            "2024-01-02 03:04:05.678901 | plain\n", "\u001b[31mred ERROR\u001b[0m\r\n", "10%\r20%\r100%\n", "TOKEN=" + secret + "\n", "http://host/x\n", "é\n",
        ];
        var log = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 60_000).Select(i => kinds[i % kinds.Length])));
        var rules = new LineRules { Masker = new Masker() };
        Drain(log, rules).ShouldBe(60_000);

        // The least of some runs: a collection in between empties the array pool, whose arrays are then made anew.
        var allocated = Enumerable.Range(0, 5).Min(_ => Allocated(() => Drain(log, rules)));
        allocated.ShouldBeLessThan(60_000 / 2, "bytes for all lines, of which the reader itself and a few objects a chunk are part");
    }

    [Fact]
    public void A_line_of_any_length_passes_in_constant_memory()
    {
        var rules = new LineRules { Masker = new Masker(), Hash = false };
        Drain(new EndlessLine(1 << 20), rules);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Drain(new EndlessLine(256 << 20), rules).ShouldBe(1);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(2 << 20);
    }

    private static long Allocated(Action action)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static long Drain(byte[] log, LineRules rules) => Drain(new MemoryStream(log), rules);

    private static long Drain(Stream log, LineRules rules)
    {
        var chunker = new LogChunker(Logs.Identity, rules);
        foreach (var chunk in chunker.ReadAsync(log, 0, null, CancellationToken.None).ToBlockingEnumerable())
        {
            chunk.Dispose();
        }

        return chunker.Lines;
    }

    /// <summary>One line of so many bytes, made as it is read.</summary>
    private sealed class EndlessLine(long left) : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var size = (int)Math.Min(left, buffer.Length);
            buffer.Span[..size].Fill((byte)'x');
            left -= size;
            return new(size);
        }
    }
}
