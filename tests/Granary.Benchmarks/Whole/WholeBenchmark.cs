using System.Globalization;

namespace Granary.Benchmarks.Whole;

/// <summary>The marks that concern the built program as a whole.</summary>
internal static class WholeBenchmark
{
    public const string Usage = """
        whole prepare CORPUS LOGS COPIES           logs that no index has seen, 83 MB a copy
        whole collect GRANARY LOGS RUNS            collect --once on one core: speed, size
        whole search DATA LOGS                     latencies on a collected folder, beside ripgrep
        whole start GRANARY DATA                   from process start to the answer
        whole memory GRANARY log|lines|builds N    peak memory: bytes of one log, or number of builds
        """;

    public static async Task<int> RunAsync(string[] args)
    {
        switch (args)
        {
            case ["prepare", var corpus, var logs, var copies]:
                return LogFarm.Prepare(corpus, logs, int.Parse(copies, CultureInfo.InvariantCulture));
            case ["collect", var granary, var logs, var runs]:
                return CollectBenchmark.Run(granary, logs, int.Parse(runs, CultureInfo.InvariantCulture));
            case ["search", var data, var logs]:
                return await SearchBenchmark.RunAsync(data, logs);
            case ["start", var granary, var data]:
                return await StartBenchmark.RunAsync(granary, data);
            case ["memory", var granary, var kind, var size]:
                return await MemoryBenchmark.RunAsync(granary, kind, long.Parse(size, CultureInfo.InvariantCulture));
            default:
                Console.Error.WriteLine(Usage);
                return 2;
        }
    }
}
