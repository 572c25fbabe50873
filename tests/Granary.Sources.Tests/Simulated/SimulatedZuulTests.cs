using System.Security.Cryptography;
using Granary.Core.Cursors;
using Granary.Core.Model;
using Granary.Core.Ports;
using Granary.Simulator;
using Granary.Simulator.Expected;
using Granary.Simulator.Faults;

namespace Granary.Sources.Tests.Simulated;

public class SimulatedZuulTests
{
    private static readonly SimulatorFaults Rough = new()
    {
        ShiftedPages = 0.3, ShiftedBuildsLimit = 60, LateFinishers = 0.2, LateBy = TimeSpan.FromSeconds(3),
        NullLogUrls = 0.05, MissingLogs = 0.05, MissingFiles = 0.03, NoManifests = 0.1, TruncatedGzip = 0.1, BinaryLogs = 0.05,
        TooManyRequests = 0.003, ServerErrors = 0.05, CutBodies = 0.05, SlowBodies = 0.02, ByteOrderMarks = 0.1, InvalidUtf8 = 0.2,
        SlowPause = TimeSpan.FromMilliseconds(2),
    };

    public static TheoryData<ApiGeneration> Generations => [.. Enum.GetValues<ApiGeneration>()];

    [Theory]
    [MemberData(nameof(Generations))]
    public async Task Every_build_and_every_byte_of_a_rough_simulated_ci_is_read(ApiGeneration generation)
    {
        await using var ci = await SimulatedCi.StartAsync(new()
        {
            Seed = 11, ClockSpeed = 10, Generation = generation, Builds = 120, BacklogBuilds = 100, BuildsPerSecond = 20,
            LiveDuration = TimeSpan.FromSeconds(1), LogBytesMedian = 20_000, TreeRate = 0.2, Faults = Rough,
        });
        await using var source = SourceFactory.Create(
            Given.Zuul(ci.BaseAddress.AbsoluteUri) with { Tenant = ci.Tenant },
            Given.Quick with { PageSize = 17, RetryLimit = 8, OverlapWindow = TimeSpan.FromMinutes(1) });
        var finished = await CollectAsync(ci, source);
        var expected = ci.ExpectedBuilds().ToList();
        finished.Count.ShouldBe(expected.Count);
        var byUuid = finished.Where(build => build.Labels.ContainsKey("uuid")).ToDictionary(build => build.Labels["uuid"]);
        foreach (var one in expected)
        {
            if (byUuid.TryGetValue(one.Build.Uuid, out var build))
            {
                await CheckAsync(ci, source, one, build);
            }
        }
    }

    /// <summary>Walks and looks at open builds again until everything that the CI lists has been seen finished.</summary>
    private static async Task<IReadOnlyCollection<Build>> CollectAsync(SimulatedCi ci, ICiSource source)
    {
        var finished = new Dictionary<BuildKey, Build>();
        var open = new Dictionary<BuildKey, Build>();
        var taken = IntervalSet.Empty;
        for (var deadline = DateTime.UtcNow.AddSeconds(30); DateTime.UtcNow < deadline;)
        {
            await foreach (var page in source.ReadPagesAsync(new() { Taken = taken }, CancellationToken.None))
            {
                foreach (var build in page.Builds)
                {
                    (build.Finished ? finished : open)[build.Key] = build;
                }

                taken = page.Covered is { } covered ? taken.Add(covered) : taken;
            }

            var waiting = open.Values.Where(build => !finished.ContainsKey(build.Key)).ToList();
            foreach (var build in (await source.ReadBuildsAsync(waiting, CancellationToken.None)).Where(build => build.Finished))
            {
                finished[build.Key] = build;
            }

            if (finished.Count >= ci.BuildCount && ci.BuildCount >= 120)
            {
                break;
            }
        }

        return finished.Values;
    }

    private static async Task CheckAsync(SimulatedCi ci, ICiSource source, ExpectedBuild expected, Build build)
    {
        if (expected.Outcome == ExpectedBuildOutcome.Missing)
        {
            (await Should.ThrowAsync<CiException>(() => source.ListLogsAsync(build, CancellationToken.None))).Gone.ShouldBeTrue();
            return;
        }

        var files = await source.ListLogsAsync(build, CancellationToken.None);
        if (expected.Outcome == ExpectedBuildOutcome.NoLogs)
        {
            files.ShouldBeEmpty();
            return;
        }

        files.Select(file => file.Path).Order().ShouldBe(expected.Files.Select(file => file.Path).Order());
        foreach (var file in files)
        {
            await CheckAsync(ci, source, expected, expected.Files.Single(one => one.Path == file.Path), build, file);
        }
    }

    private static async Task CheckAsync(
        SimulatedCi ci, ICiSource source, ExpectedBuild expectedBuild, ExpectedFile expected, Build build, LogFile file)
    {
        if (file.Skipped is not null)
        {
            expected.Outcome.ShouldBeOneOf(ExpectedFileOutcome.NotText, ExpectedFileOutcome.Missing);
            return;
        }

        if (expected.Outcome == ExpectedFileOutcome.Missing)
        {
            (await Should.ThrowAsync<CiException>(() => source.OpenLogAsync(build, file, 0, null, CancellationToken.None))).Gone.ShouldBeTrue();
            return;
        }

        await using var body = await source.OpenLogAsync(build, file, 0, null, CancellationToken.None);
        var (bytes, cut) = await body.Content.ReadToCutAsync();
        switch (expected.Outcome)
        {
            case ExpectedFileOutcome.Whole:
                cut.ShouldBeNull(file.Path);
                using (var raw = ci.OpenRaw(expectedBuild.Build, file.Path))
                {
                    SHA256.HashData(bytes).ShouldBe(SHA256.HashData(raw), file.Path);
                }

                break;
            case ExpectedFileOutcome.NotText:
                cut.ShouldNotBeNull(file.Path).Status.ShouldBe(FileStatus.Skipped);
                break;
            default:
                cut.ShouldNotBeNull(file.Path).Status.ShouldBe(FileStatus.Truncated);
                break;
        }
    }
}
