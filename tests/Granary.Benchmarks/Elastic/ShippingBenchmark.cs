using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Granary.Core.Chunks;
using Granary.Core.Lines;
using Granary.Core.Masking;
using Granary.Elastic;
using static System.FormattableString;

namespace Granary.Benchmarks.Elastic;

/// <summary>
/// Ships the same plain files into the same null sink by Granary and by rsyslog, each a process of its own, in turns. A shipper's processor
/// time counts from its start to the last line's receipt; compiling code is part of it, and over by the second half.
/// </summary>
internal static class ShippingBenchmark
{
    /// <param name="logs">The corpus.</param>
    /// <param name="copies">How often each log is shipped.</param>
    /// <param name="rounds">The median is of so many.</param>
    /// <param name="granary">The built executable, to be compared as well; null: only the pipeline of its libraries.</param>
    internal static async Task<int> RunAsync(byte[][] logs, int copies, int rounds, string? granary)
    {
        if (RsyslogShipper.Program is null)
        {
            Console.Error.WriteLine("elastic rsyslog: rsyslogd is not installed (Debian: rsyslog rsyslog-elasticsearch)");
            return 2;
        }

        var folder = Directory.CreateTempSubdirectory("granary-shipping-").FullName;
        try
        {
            var (bytes, lines) = Write(logs, copies, folder);
            Console.WriteLine($"{logs.Length * copies} files, {bytes / 1e6:F0} MB, {lines} lines");
            await CompareAsync(folder, bytes, lines, rounds, granary);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        return 0;
    }

    /// <summary>The program of the child that ships by Granary: all files of a folder, by the production chain or without masking and hash.</summary>
    /// <remarks>Prints how many lines were acknowledged, and its processor time in seconds: until half of them were, and at the end.</remarks>
    internal static async Task ShipAsync(Uri url, string folder, bool production, long lines)
    {
        var rules = production ? new LineRules { Masker = new Masker() } : new LineRules { Hash = false };
        var counts = new ConcurrentDictionary<ChunkId, int>();
        var (acknowledged, half) = (0L, TimeSpan.Zero);
        await using (var writer = await ElasticIndex.OpenWriterAsync(new ElasticOptions { Urls = [url] }, TimeProvider.System, default))
        {
            var chunks = ReadAsync(folder, rules).Select(chunk =>
            {
                counts[chunk.Id] = chunk.Count;
                return chunk;
            });
            await foreach (var outcome in writer.WriteAsync(chunks, default))
            {
                acknowledged += outcome.Result == ChunkResult.Stored && counts.TryRemove(outcome.Id, out var count) ? count : 0;
                half = half == TimeSpan.Zero && acknowledged > lines / 2 ? Environment.CpuUsage.TotalTime : half;
            }
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{acknowledged} {half.TotalSeconds} {Environment.CpuUsage.TotalTime.TotalSeconds}"));
    }

    private static async IAsyncEnumerable<Chunk> ReadAsync(string folder, LineRules rules)
    {
        foreach (var (index, path) in Directory.EnumerateFiles(folder, "*.log").Order(StringComparer.Ordinal).Index())
        {
            await using var file = new FileStream(path, new FileStreamOptions { BufferSize = 0, Options = FileOptions.SequentialScan });
            await foreach (var chunk in new LogChunker(ElasticBenchmark.Identity(index, 0), rules).ReadAsync(file, 0, null, default))
            {
                yield return chunk;
            }
        }
    }

    private static async Task CompareAsync(string folder, long bytes, long lines, int rounds, string? granary)
    {
        using var sink = await SinkProcess.StartAsync();
        List<(string Name, Func<Task<(TimeSpan Cpu, TimeSpan? Warm, long Lines)>> Ship)> shippers =
        [
            ("rsyslog", () => RsyslogShipper.ShipAsync(sink, folder, lines)),
            ("Granary, mask and hash", () => Ours(sink, folder, "production", lines)),
            ("Granary, no mask, no hash", () => Ours(sink, folder, "plain", lines)),
        ];
        if (granary is not null)
        {
            shippers.Add(("granary collect --once", () => Task.FromResult<(TimeSpan, TimeSpan?, long)>((GranaryShipper.Ship(sink, granary, folder), null, lines))));
        }

        var speeds = shippers.Select(_ => new double[rounds]).ToArray();
        var warmSpeeds = shippers.Select(_ => new double[rounds]).ToArray();
        var (bodies, lost) = (new long[shippers.Count], new long[shippers.Count]);
        for (var round = 0; round < rounds; round++)
        {
            foreach (var (which, shipper) in shippers.Index())
            {
                var before = await sink.CountAsync();
                var (cpu, warm, shipped) = await shipper.Ship();
                var after = await sink.CountAsync();
                speeds[which][round] = bytes / 1e6 / cpu.TotalSeconds;
                warmSpeeds[which][round] = warm is { } half ? bytes / 2e6 / half.TotalSeconds : double.NaN;
                bodies[which] = after.Bytes - before.Bytes;
                lost[which] += lines - Math.Min(shipped, after.Documents - before.Documents);
            }
        }

        foreach (var (which, (name, _)) in shippers.Index())
        {
            Array.Sort(speeds[which]);
            Array.Sort(warmSpeeds[which]);
            var half = double.IsNaN(warmSpeeds[which][0]) ? "" : Invariant($" ({warmSpeeds[which][rounds / 2]:F1}, {Times(warmSpeeds):F1} times, in the second half)");
            Console.WriteLine(Invariant(
                $"{name,-26} {speeds[which][rounds / 2],6:F1} MB a CPU second, {Times(speeds):F1} times rsyslog{half}; bodies {(double)bodies[which] / bytes:F2} of raw, {lost[which]} lines lost in {rounds} rounds"));
            double Times(double[][] all) => all[which][rounds / 2] / all[0][rounds / 2];
        }
    }

    private static async Task<(TimeSpan Cpu, TimeSpan? Warm, long Lines)> Ours(SinkProcess sink, string folder, string rules, long lines)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, ["elastic", "ship", sink.Url.ToString(), folder, rules, $"{lines}"]) { RedirectStandardOutput = true };

        // As the program itself is built.
        start.Environment["DOTNET_TieredPGO"] = "0";
        using var process = Process.Start(start)!;
        var said = (await process.StandardOutput.ReadToEndAsync()).Split(' ');
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"Granary ended with {process.ExitCode}");
        }

        var (half, all) = (double.Parse(said[1], CultureInfo.InvariantCulture), double.Parse(said[2], CultureInfo.InvariantCulture));
        return (TimeSpan.FromSeconds(all), TimeSpan.FromSeconds(all - half), long.Parse(said[0], CultureInfo.InvariantCulture));
    }

    private static (long Bytes, long Lines) Write(byte[][] logs, int copies, string folder)
    {
        var (bytes, lines) = (0L, 0L);
        for (var copy = 0; copy < copies; copy++)
        {
            foreach (var (index, log) in logs.Index())
            {
                File.WriteAllBytes(Path.Combine(folder, $"{copy:D3}-{index:D2}.log"), log);
                (bytes, lines) = (bytes + log.Length, lines + log.AsSpan().Count((byte)'\n'));
            }
        }

        return (bytes, lines);
    }
}
