using Granary.Core.Queries;

namespace Granary.Blocks.Tests;

public sealed class PowerLossTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Whatever_step_the_power_goes_at_the_index_opens_sound_and_ends_exact(bool namesKept)
    {
        using var written = new IndexFixture();
        var layer = new RecordingLayer(written.Folder);
        var options = written.Options with { Layer = layer, Parallelism = 1, SegmentBytes = 120_000 };
        var logs = Enumerable.Range(0, 6).Select(build => (TestLogs.Log($"b{build}"),
            string.Concat(Enumerable.Range(0, 1500).Select(line => $"{build} says {line * build}\n")))).ToArray();
        await using (var writer = BlockIndexWriter.Open(options))
        {
            await TestLogs.WriteAsync(writer, logs);
            await TestLogs.WriteAsync(writer, (TestLogs.Log("b0", generation: 2), "0 says it again\n"));
            await writer.DeleteOlderGenerationsAsync(logs[0].Item1.Build.Key, 2, logs[0].Item1.IndexDay, CancellationToken.None);
        }

        await using (var merging = BlockIndexWriter.Open(options with { SegmentBytes = 1_000_000, MergeFactor = 2 }))
        {
            await merging.SettleAsync();
        }

        layer.Finish();
        var expected = await written.LinesAsync(new AllNode());
        logs[0] = (TestLogs.Log("b0", generation: 2), "0 says it again\n");
        for (var step = 0; step < layer.Count; step++)
        {
            using var left = new IndexFixture();
            layer.Replay(step, left.Folder, namesKept);
            await using (var writer = left.OpenWriter())
            {
                await CheckAsync(left, step);
                await TestLogs.WriteAsync(writer, logs);
                await writer.DeleteOlderGenerationsAsync(logs[0].Item1.Build.Key, 2, logs[0].Item1.IndexDay, CancellationToken.None);
            }

            (await left.LinesAsync(new AllNode())).ShouldBe(expected, $"power lost before step {step} of {layer.Count}");
            await CheckAsync(left, step);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    public async Task The_name_of_the_index_s_own_folder_is_durable_once_it_is_open(string ending)
    {
        using var data = new IndexFixture();
        var folder = Path.Combine(data.Folder, "index");
        var layer = new RecordingLayer(folder);
        await using var writer = BlockIndexWriter.Open(data.Options with { Folder = folder + ending, Layer = layer });

        layer.FlushedFolders.ShouldContain(data.Folder);
    }

    private static async Task CheckAsync(IndexFixture index, int step)
    {
        await using var reader = BlockIndex.Open(index.Folder);
        (await reader.CheckAsync(CancellationToken.None).ToListAsync()).ShouldBeEmpty($"power lost before step {step}");
    }
}
