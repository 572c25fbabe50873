using System.Text;
using Granary.Core.Chunks;
using Granary.Core.Lines;
using Granary.Core.Model;

namespace Granary.Core.Tests.Chunks;

public class ChunkCodecTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_chunk_comes_back_as_it_was()
    {
        var random = new Random(3);
        var text = string.Concat(Enumerable.Range(0, 20_000).Select(line => random.Next(5) == 0
            ? $"2026-03-01T10:{line % 60:00}:00.5Z ERROR something {random.Next()} in line {line}\n"
            : random.Next(50) == 0 ? new string('x', 70_000) + "\n" : "\n"));
        var count = 0;
        await foreach (var chunk in ReadAsync(Encoding.UTF8.GetBytes(text)))
        {
            using var back = ChunkCodec.Unpack(ChunkCodec.Pack(chunk));

            (back.Id, back.FirstLine, back.FirstPart, back.Hash, back.CarriedTime, back.RawBytes)
                .ShouldBe((chunk.Id, chunk.FirstLine, chunk.FirstPart, chunk.Hash, chunk.CarriedTime, chunk.RawBytes));
            (back.Log.File, back.Log.Generation, back.Log.IndexDay, back.Log.Build.Key, back.Log.Build.Labels["node"])
                .ShouldBe((chunk.Log.File, chunk.Log.Generation, chunk.Log.IndexDay, chunk.Log.Build.Key, "ubuntu"));
            back.Text.Span.SequenceEqual(chunk.Text.Span).ShouldBeTrue();
            back.Ends.SequenceEqual(chunk.Ends).ShouldBeTrue();
            back.Times.SequenceEqual(chunk.Times).ShouldBeTrue();
            back.Flags.SequenceEqual(chunk.Flags).ShouldBeTrue();
            count++;
        }

        count.ShouldBeGreaterThan(5);
    }

    [Fact]
    public async Task What_cannot_be_compressed_fits_one_event_too()
    {
        var noise = new byte[600_000];
        new Random(1).NextBytes(noise);
        await foreach (var chunk in ReadAsync(Array.ConvertAll(noise, value => value is < 0x20 or > 0x7E ? (byte)'\n' : value)))
        {
            ChunkCodec.Pack(chunk).Length.ShouldBeLessThan(ChunkCodec.MaxBytes);
        }
    }

    [Fact]
    public async Task Damaged_bytes_are_a_format_error_or_another_chunk_and_nothing_worse()
    {
        var random = new Random(7);
        await foreach (var chunk in ReadAsync(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("a line of a log\n", 40)))))
        {
            var packed = ChunkCodec.Pack(chunk);
            for (var round = 0; round < 2000; round++)
            {
                var damaged = packed.ToArray();
                damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
                try
                {
                    ChunkCodec.Unpack(damaged.AsSpan(0, random.Next(3) == 0 ? random.Next(damaged.Length) : damaged.Length)).Dispose();
                }
                catch (FormatException)
                {
                    continue;
                }
            }
        }
    }

    private static async IAsyncEnumerable<Chunk> ReadAsync(byte[] text)
    {
        var build = new Build
        {
            Key = new("ci", "b1", 2), Job = "unit", Finished = true, FinishedAt = DateTimeOffset.UnixEpoch, Labels = new Dictionary<string, string> { ["node"] = "ubuntu" },
        };
        var log = new LogIdentity(build, "job-output.txt", "http://ci/log", 3, new(2026, 3, 1));
        await foreach (var chunk in new LogChunker(log, new()).ReadAsync(new MemoryStream(text), 0, null, Cancellation))
        {
            using (chunk)
            {
                yield return chunk;
            }
        }
    }
}
