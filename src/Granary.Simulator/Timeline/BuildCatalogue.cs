using Granary.Simulator.Logs;

namespace Granary.Simulator.Timeline;

/// <summary>Tells a build's record from seed, place and time.</summary>
internal sealed class BuildCatalogue(SimulatorOptions options, BuildTimeline timeline)
{
    /// <summary>Address below which log folders lie; set once the server listens.</summary>
    public string LogBase { get; set; } = "";

    public BuildTimeline Timeline { get; } = timeline;

    public SimulatedBuild At(long position)
    {
        var random = new SeededRandom(SeededHash.Of(options.Seed, (ulong)position, 31));
        var spec = Timeline.SpecAt(position);
        var faults = Timeline.FaultsAt(position);
        var start = Timeline.StartAt(position);
        var end = Timeline.EndAt(position);
        var finished = end is not null && end <= Timeline.Now;
        var drawn = BuildNames.ResultAt(random.Unit());
        // A build added by hand ran, unless its maker says that it did not.
        var result = Timeline.ResultByHand(position) ?? (spec is not null && BuildNames.NeverRan(drawn) ? "SUCCESS" : drawn);
        var pipeline = spec?.Pipeline ?? Pick(ref random, BuildNames.Pipelines);
        var neverRan = BuildNames.NeverRan(result);
        var timeless = neverRan && random.Chance(0.5);
        var uuid = Timeline.Keys.UuidAt(position);
        var nullLog = Draws(position, 32, faults.NullLogUrls);
        return new SimulatedBuild
        {
            Position = position,
            Id = Timeline.Keys.IdAt(position),
            Uuid = uuid,
            JobName = spec?.JobName ?? Pick(ref random, BuildNames.Jobs),
            Project = spec?.Project ?? Pick(ref random, BuildNames.Projects),
            Pipeline = pipeline,
            Branch = spec?.Branch ?? Pick(ref random, BuildNames.Branches),
            Change = pipeline is "check" or "gate" ? 900_000 + random.Below(60_000) : null,
            Patchset = 1 + random.Skewed(12),
            Result = finished ? result : null,
            EventTime = SimulatedClock.WholeSeconds(start),
            StartTime = finished && timeless ? null : SimulatedClock.WholeSeconds(start),
            EndTime = finished && !timeless ? SimulatedClock.WholeSeconds(end!.Value) : null,
            LogUrl = finished && !neverRan && !nullLog ? $"{LogBase}{uuid}/" : null,
            HasManifest = !Draws(position, 35, faults.NoManifests),
            Voting = random.Unit() < 0.9,
            Failure = finished && BuildNames.Failed(result)
                ? PlantedFailures.All[(int)(SeededHash.Of(options.Seed, (ulong)position, 33) % (ulong)PlantedFailures.All.Count)]
                : null,
        };
    }

    /// <summary>Whether the log folder of a build answers 404.</summary>
    public bool LogsMissing(long position) => Draws(position, 34, Timeline.FaultsAt(position).MissingLogs);

    public bool Draws(long position, ulong what, double rate) =>
        rate > 0 && SeededHash.Unit(SeededHash.Of(options.Seed, (ulong)position, what)) < rate;

    private static string Pick(ref SeededRandom random, string[] names) => names[random.Below(names.Length)];
}
