using System.Text.Json;
using Granary.App.Collecting;
using Granary.App.Reporting;
using Granary.Core.Masking;
using Granary.Core.Model;
using Granary.State;
using Granary.Testing;

namespace Granary.App.Tests.Reporting;

/// <summary>How long a source will take is told by its own rate, not by that of all.</summary>
public sealed class CatchUpTests : IDisposable
{
    private readonly DataFolder folder = new(Directory.CreateTempSubdirectory("granary-catch-up-").FullName);

    public void Dispose() => Directory.Delete(folder.Path, recursive: true);

    [Fact]
    public async Task Each_source_has_its_own_time_to_catch_up()
    {
        await using var state = await SqliteStateStore.OpenAsync(new() { Path = folder.StateFile });
        foreach (var source in new[] { "fast", "slow", "still" })
        {
            await state.SaveSourceAsync(new() { Id = source, Name = source, Kind = "fake", Address = "http://x/" }, CancellationToken.None);
            var page = FakeSource.Page(source, Enumerable.Range(0, 20).Select(i => "b" + i));
            await state.TakeAsync(source, 0, page, new(DateTimeOffset.UtcNow, TimeSpan.FromDays(1), 1, 1), CancellationToken.None);
        }

        using var collecting = CollectorLock.Take(folder);
        var run = new RunReport
        {
            ProcessId = 1,
            StartedAt = DateTimeOffset.UtcNow,
            WrittenAt = DateTimeOffset.UtcNow,
            Stages = [],
            BuildsPerSecond = 10.5,
            SourceBuildsPerSecond = new Dictionary<string, double> { ["fast"] = 10, ["slow"] = 0.5 },
        };
        await File.WriteAllBytesAsync(folder.StatusFile, JsonSerializer.SerializeToUtf8Bytes(run, ReportJson.Default.RunReport));

        var status = await new StatusReader(state, folder).ReadAsync(null, CancellationToken.None);

        status.Sources.ToDictionary(source => source.Name, source => source.CatchUpSeconds)
            .ShouldBe(new Dictionary<string, double?> { ["fast"] = 2, ["slow"] = 40, ["still"] = null }, ignoreOrder: true);
    }

    [Fact]
    public async Task Rates_are_measured_source_by_source()
    {
        await using var state = await SqliteStateStore.OpenAsync(new() { Path = folder.StateFile });
        var time = new ManualTime();
        var collector = new Collector(state, new MemoryIndex(), _ => new FakeSource(), _ => new Masker(), new(), time, _ => { });
        var reporter = new RunReporter(collector, folder, time);

        for (var second = 0; second < 100; second++)
        {
            Settle("a", 4);
            Settle("b", 1);
            time.Advance(TimeSpan.FromSeconds(1));
            reporter.Sample();
        }

        reporter.Latest!.SourceBuildsPerSecond["a"].ShouldBe(4, 0.1);
        reporter.Latest.SourceBuildsPerSecond["b"].ShouldBe(1, 0.1);

        void Settle(string source, int builds)
        {
            for (var i = 0; i < builds; i++)
            {
                var build = ScriptedSource.BuildOf("b") with { Key = new(source, "b") };
                collector.Counts.AddReceipt(new() { Build = build, Status = ReceiptStatus.Complete });
            }
        }
    }
}
