using System.Collections.Concurrent;
using Granary.Simulator.Timeline;

namespace Granary.Simulator.Logs;

/// <summary>Which files a build has, as a function of seed and place; only the versions of changed logs are held.</summary>
internal sealed class FilePlan(SimulatorOptions options, BuildTimeline timeline)
{
    private readonly ConcurrentDictionary<(long Position, int Number), int> _versions = new();

    /// <summary>The folders of a tree that hold nothing.</summary>
    public static string[] EmptyFolders { get; } = ["artifacts"];

    public bool HasTree(long position) =>
        timeline.SpecAt(position) is { } spec ? spec.Tree ?? false : Draws(position, 50, options.TreeRate);

    /// <summary>The files of a finished build, in the order of the manifest.</summary>
    public IReadOnlyList<LogFile> Of(SimulatedBuild build)
    {
        var rate = timeline.FaultsAt(build.Position).MissingFiles;
        var files = All(build);
        return rate > 0
            ? [.. files.Select(file => file with { Missing = DrawsFile(build.Position, file.Number, 49, rate) })]
            : files;
    }

    /// <summary>From now on the file has another content.</summary>
    public void Change(long position, int number) => _versions.AddOrUpdate((position, number), 1, (_, version) => version + 1);

    private List<LogFile> All(SimulatedBuild build)
    {
        var position = build.Position;
        var spec = timeline.SpecAt(position);
        if (spec?.Files is { } scripts)
        {
            return [.. scripts.Select((script, number) => Scripted(build, number, script))];
        }

        var faults = timeline.FaultsAt(position);
        var files = new List<LogFile> { Console(build, spec) };
        if (!build.HasManifest)
        {
            return files;
        }

        if (Draws(position, 51, faults.ZipBombs))
        {
            var bytes = faults.ZipBombBytes / 8 * 8;
            var bomb = Text(build, 1, "logs/repeated.txt.gz", LogKind.Repeated, bytes);
            files.Add(bomb with { Encoding = LogEncoding.StoredWithoutHeader });
        }

        if (Draws(position, 52, faults.BinaryLogs))
        {
            files.Add(Text(build, 2, "logs/console.log", LogKind.Binary, 40_000));
        }

        if (HasTree(position))
        {
            var random = new SeededRandom(SeededHash.Of(options.Seed, (ulong)position, 53));
            files.Add(Text(build, 3, "logs/empty.log", LogKind.Plain, 0));
            files.Add(Text(build, 4, "logs/syslog.txt", LogKind.Syslog, 4_000 + random.Below(20_000)));
            files.Add(Text(build, 5, "logs/übersicht #1 100% done.txt", LogKind.Plain, 600 + random.Below(9_000)));
            files.Add(Text(build, 6, "logs/nested/node-01/unit tests.log", LogKind.Plain, 2_000 + random.Below(30_000)));
            files.Add(Text(build, 7, "screenshots/page 1.png", LogKind.Binary, 3_000 + random.Below(20_000)));
            files.Add(Text(build, 8, "zuul-info/inventory.yaml", LogKind.Plain, 500 + random.Below(1_500)));
        }

        return files;
    }

    private LogFile Console(SimulatedBuild build, BuildSpec? spec)
    {
        var encoding = spec?.Encoding ?? DrawEncoding(build.Position);
        var stored = encoding is LogEncoding.StoredWithHeader or LogEncoding.StoredWithoutHeader;
        var path = stored ? "job-output.txt.gz" : "job-output.txt";
        var file = Text(build, 0, path, LogKind.Console, spec?.LogBytes ?? DrawBytes(build.Position));
        return file with
        {
            Encoding = encoding,
            Failure = build.Failure,
            Truncated = encoding != LogEncoding.Plain && DrawsFile(build.Position, 0, 54, file.Faults.TruncatedGzip),
        };
    }

    private LogFile Text(SimulatedBuild build, int number, string path, LogKind kind, long bytes)
    {
        var position = build.Position;
        var faults = timeline.FaultsAt(position);
        var text = kind is LogKind.Console or LogKind.Syslog or LogKind.Plain && bytes > 0;
        var longLines = text && DrawsFile(position, number, 61, faults.LongLines);
        var version = _versions.GetValueOrDefault((position, number));
        return new LogFile
        {
            Seed = SeededHash.Of(options.Seed, (ulong)position, (ulong)number + 100, (ulong)version),
            Number = number,
            Path = path,
            Kind = kind,
            RawBytes = longLines ? Math.Max(bytes, faults.LongLineBytes * 2L) : bytes,
            Encoding = LogEncoding.Plain,
            MimeType = MimeTypes.Of(path),
            Faults = faults,
            Start = build.EventTime,
            Span = (build.EndTime ?? build.EventTime.AddSeconds(60)) - build.EventTime,
            Version = version,
            LongLines = longLines,
            Odd = text ? DrawOdd(position, number, faults) : OddLineKinds.None,
            ByteOrderMark = text && DrawsFile(position, number, 62, faults.ByteOrderMarks),
            CrLf = text && DrawsFile(position, number, 63, faults.CrLf),
            FinalLineFeed = !text || !DrawsFile(position, number, 64, faults.NoFinalLineFeed),
        };
    }

    private LogFile Scripted(SimulatedBuild build, int number, ScriptedFile script) =>
        Text(build, number, script.Path, LogKind.Scripted, script.Raw.Length) with
        {
            Script = script,
            Encoding = script.Encoding,
            Truncated = script.Encoding != LogEncoding.Plain
                && DrawsFile(build.Position, number, 54, timeline.FaultsAt(build.Position).TruncatedGzip),
        };

    private OddLineKinds DrawOdd(long position, int number, Faults.SimulatorFaults faults)
    {
        // In the order of the flags.
        double[] rates =
        [
            faults.CarriageReturns, faults.AnsiSequences, faults.InvalidUtf8, faults.LineSeparators, faults.EmptyLines, faults.Secrets,
        ];
        var kinds = OddLineKinds.None;
        for (var i = 0; i < rates.Length; i++)
        {
            kinds |= DrawsFile(position, number, 65 + (ulong)i, rates[i]) ? (OddLineKinds)(1 << i) : OddLineKinds.None;
        }

        return kinds;
    }

    private LogEncoding DrawEncoding(long position)
    {
        if (Draws(position, 55, options.StoredGzipRate))
        {
            return Draws(position, 56, 0.5) ? LogEncoding.StoredWithHeader : LogEncoding.StoredWithoutHeader;
        }

        return Draws(position, 57, options.ContentEncodingRate) ? LogEncoding.ContentEncoding : LogEncoding.Plain;
    }

    private long DrawBytes(long position)
    {
        var unit = SeededHash.Unit(SeededHash.Of(options.Seed, (ulong)position, 58));
        var factor = unit < 0.5 ? 0.2 + (1.6 * unit) : 1 / (1.125 - unit) * 0.625;
        return Math.Max(64, (long)(options.LogBytesMedian * factor) + (long)(SeededHash.Of(options.Seed, (ulong)position, 59) % 61));
    }

    private bool Draws(long position, ulong what, double rate) => DrawsFile(position, 0, what, rate);

    private bool DrawsFile(long position, int number, ulong what, double rate) =>
        rate > 0 && SeededHash.Unit(SeededHash.Of(options.Seed, (ulong)position, what, (ulong)number)) < rate;
}
