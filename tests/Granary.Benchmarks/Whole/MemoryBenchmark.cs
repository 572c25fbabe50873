using System.Globalization;
using Granary.Simulator;
using Granary.Simulator.Faults;

namespace Granary.Benchmarks.Whole;

/// <summary>Peak anonymous memory of <c>collect --once</c> over one huge log, lines of 1 MB, and very many small builds.</summary>
internal static class MemoryBenchmark
{
    public static async Task<int> RunAsync(string granary, string kind, long size)
    {
        await using var ci = await SimulatedCi.StartAsync(kind switch
        {
            "log" => new() { Builds = 0 },
            "lines" => new() { Builds = 0 },
            _ => new() { Builds = size, LogBytesMedian = 400, TreeRate = 0 },
        });
        if (kind is "log" or "lines")
        {
            ci.AddBuild(new()
            {
                LogBytes = size,
                Faults = kind == "lines" ? new SimulatorFaults { LongLines = 1, LongLineShare = 1 } : SimulatorFaults.None,
            });
        }

        var folder = Directory.CreateTempSubdirectory("granary-bench-").FullName;
        MeasuredProcess.Run(
            granary, "source", "add", "zuul", "sim", "--url", ci.BaseAddress.ToString(), "--tenant", ci.Tenant, "--data", folder);
        var result = MeasuredProcess.Run(granary, "collect", "--once", "--data", folder);
        var stored = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Sum(path => new FileInfo(path).Length);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{kind} {size}: exit {result.ExitCode}, {result.Wall.TotalSeconds:F1} s, CPU {result.Cpu.TotalSeconds:F1} s, peak anonymous {result.PeakAnonymousBytes >> 20} MiB, folder {stored / 1e6:F1} MB"));
        Console.WriteLine(result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).LastOrDefault());
        Directory.Delete(folder, recursive: true);
        return result.ExitCode;
    }
}
