using System.Globalization;
using Granary.App.Reporting;
using Granary.Core.Capacity;

namespace Granary.Output;

/// <summary>Shows a status report as text.</summary>
internal static class StatusPrinter
{
    public static void Write(TextWriter output, StatusReport report, bool ofCluster)
    {
        if (report.Sources.Count == 0)
        {
            output.WriteLine("No source is configured: see 'granary source add --help'.");
        }
        else
        {
            Columns.Write(
                output,
                ["SOURCE", "STATE", "BUILDS", "FAILED", "LINES", "OPEN", "PENDING", "LAG", "CATCH-UP", "LAST POLL"],
                report.Sources.Select(Row));
        }

        foreach (var source in report.Sources)
        {
            if (source.Taken.Count > 0)
            {
                output.WriteLine($"{source.Name}: taken {string.Join(' ', source.Taken)}");
            }

            if (source.LastError is not null)
            {
                output.WriteLine($"{source.Name}: last error {source.LastErrorAt:u}: {source.LastError}");
            }
        }

        output.WriteLine();
        WriteIndex(output, report.Index);
        if (report.Run is { } run)
        {
            WriteRun(output, run);
        }
        else
        {
            output.WriteLine(ofCluster ? "How each stage of a silo spends its time is told by the silo's dashboard." : "No collector is running.");
        }
    }

    private static void WriteIndex(TextWriter output, IndexStatus? index)
    {
        if (index is null)
        {
            return;
        }

        output.WriteLine($"Index: {index.Problem ?? $"{index.Engine} at {index.Address}"}");
        if (index.RefusedLines > 0)
        {
            output.WriteLine($"The index refused {Counts.Of(index.RefusedLines, "line")}; 'granary verify' names the builds:");
            foreach (var refusal in index.Refusals)
            {
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {refusal.Lines,9:N0}  {refusal.Reason}"));
            }
        }

        output.WriteLine();
    }

    private static void WriteRun(TextWriter output, RunReport run)
    {
        Columns.Write(output, ["STAGE", "PERMITS", "BUSY", "STARVED", "BLOCKED", "ITEMS/S", "BYTES/S"], run.Stages.Select(Row));
        output.WriteLine();
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"Collector {run.ProcessId}: {run.BuildsPerSecond:F1} builds/s, {run.LinesPerSecond:N0} lines/s, {Sizes.Of((long)run.BytesPerSecond)}/s; {run.BuildsInFlight} builds in flight"));
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"Bottleneck: {run.Bottleneck ?? "none"}; available capacity: {run.AvailableCapacity:P0}"));
        if (run.IndexOutage is not null)
        {
            output.WriteLine($"The index takes nothing: {run.IndexOutage}");
        }
    }

    private static IReadOnlyList<string> Row(SourceStatus source) =>
    [
        source.Name,
        source.Paused ? "paused" : source.LastError is null ? "ok" : "error",
        Number(source.Complete),
        Number(source.Failed),
        Number(source.Lines),
        Number(source.Open),
        Number(source.Pending),
        source.LagSeconds is { } lag ? Durations.Of(TimeSpan.FromSeconds(lag)) : "-",
        source.CatchUpSeconds is { } catchUp ? Durations.Of(TimeSpan.FromSeconds(catchUp)) : "-",
        source.LastPoll?.ToString("u", CultureInfo.InvariantCulture) ?? "never",
    ];

    private static IReadOnlyList<string> Row(StageReport stage) =>
    [
        stage.Name,
        stage.Permits.ToString(CultureInfo.InvariantCulture),
        Share(stage.Busy),
        Share(stage.Starved),
        Share(stage.Blocked),
        stage.ItemsPerSecond.ToString("N0", CultureInfo.InvariantCulture),
        Sizes.Of((long)stage.BytesPerSecond),
    ];

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Share(double share) => share.ToString("P0", CultureInfo.InvariantCulture);
}
