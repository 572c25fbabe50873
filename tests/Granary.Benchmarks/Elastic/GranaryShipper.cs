using Granary.Benchmarks.Whole;

namespace Granary.Benchmarks.Elastic;

/// <summary>Ships a folder of <c>*.log</c> by the built executable, as a user would: a directory source, state and receipts included.</summary>
internal static class GranaryShipper
{
    /// <summary>Runs <c>collect --once</c> to its end.</summary>
    /// <returns>Its processor time, its start included.</returns>
    internal static TimeSpan Ship(SinkProcess sink, string granary, string folder)
    {
        var data = Directory.CreateTempSubdirectory("granary-shipper-").FullName;
        try
        {
            MeasuredProcess.Run(granary, "source", "add", "directory", "logs", "--path", folder, "--data", data);
            var run = MeasuredProcess.Run(granary, "collect", "--once", "--data", data, "--index", sink.Url.ToString());
            return run.ExitCode == 0 ? run.Cpu : throw new InvalidOperationException($"{granary} ended with {run.ExitCode}: {run.Output}");
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }
}
