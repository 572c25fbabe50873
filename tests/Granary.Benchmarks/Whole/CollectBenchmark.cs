using System.Globalization;

namespace Granary.Benchmarks.Whole;

/// <summary>The whole of <c>collect --once</c> over plain files on one core, until durable, and what the data folder weighs.</summary>
internal static class CollectBenchmark
{
    public static int Run(string granary, string logs, int runs)
    {
        var raw = Directory.EnumerateFiles(logs).Sum(path => new FileInfo(path).Length);
        var walls = new List<double>();
        for (var run = 0; run < runs; run++)
        {
            var folder = Directory.CreateTempSubdirectory("granary-bench-").FullName;
            MeasuredProcess.Run(granary, "source", "add", "directory", "logs", "--path", logs, "--data", folder);
            var result = MeasuredProcess.Run("taskset", "-c", "0", granary, "collect", "--once", "--data", folder);
            if (result.ExitCode != 0)
            {
                Console.Error.WriteLine(result.Output);
                return 1;
            }

            var size = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Sum(path => new FileInfo(path).Length);
            walls.Add(result.Wall.TotalSeconds);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{raw / 1e6:F0} MB: {raw / 1e6 / result.Wall.TotalSeconds,6:F1} MB/s wall, {raw / 1e6 / result.Cpu.TotalSeconds,6:F1} MB a CPU second, {100.0 * size / raw:F2}% of raw, peak anonymous {result.PeakAnonymousBytes >> 20} MiB"));
            Directory.Delete(folder, recursive: true);
        }

        walls.Sort();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"median {raw / 1e6 / walls[walls.Count / 2]:F1} MB/s"));
        return 0;
    }
}
