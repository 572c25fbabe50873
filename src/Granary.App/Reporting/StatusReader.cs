using System.Text.Json;
using Granary.Core.Model;
using Granary.Core.Ports;

namespace Granary.App.Reporting;

/// <summary>Puts together what the state store and a running collector, in whatever process, say.</summary>
/// <param name="state">Sources and receipts.</param>
/// <param name="folder">Where a collector would leave its report; null where silos collect.</param>
public sealed class StatusReader(IStateStore state, DataFolder? folder)
{
    /// <param name="index">What the engine says, where lines are in one.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public async Task<StatusReport> ReadAsync(IndexStatus? index, CancellationToken cancellation)
    {
        var run = folder is not null && CollectorLock.IsHeld(folder) ? await ReadRunAsync(folder, cancellation) : null;
        var sources = new List<SourceStatus>();
        foreach (var source in await state.ReadSourcesAsync(cancellation))
        {
            sources.Add(await ReadAsync(source, run, cancellation));
        }

        return new(sources, run, index);
    }

    /// <summary>The report as JSON in a line, camelCase.</summary>
    public static string ToJson(StatusReport report) => JsonSerializer.Serialize(report, ReportJson.Default.StatusReport);

    private async Task<SourceStatus> ReadAsync(SourceDefinition source, RunReport? run, CancellationToken cancellation)
    {
        var cursor = await state.ReadCursorAsync(source.Id, cancellation);
        var totals = await state.ReadTotalsAsync(source.Id, cancellation);
        var lag = cursor.NewestSeen - cursor.NewestIndexed;
        return new()
        {
            Name = source.Name,
            Kind = source.Kind,
            Address = source.Address,
            Paused = source.Paused,
            Taken = [.. cursor.Taken.Intervals.Select(interval => $"{interval.From}..{interval.To}")],
            Open = cursor.Open,
            Pending = cursor.Pending,
            Complete = totals.Complete,
            Failed = totals.Failed,
            Expired = totals.Expired,
            Lines = totals.Lines,
            Bytes = totals.Bytes,
            LagSeconds = lag is { } positive ? Math.Max(0, positive.TotalSeconds) : null,
            CatchUpSeconds = cursor.Pending == 0 ? 0
                : run?.SourceBuildsPerSecond.GetValueOrDefault(source.Id) is > 0.01 and var rate ? cursor.Pending / rate : null,
            LastPoll = cursor.LastPoll,
            LastError = cursor.LastError,
            LastErrorAt = cursor.LastErrorAt,
        };
    }

    private static async Task<RunReport?> ReadRunAsync(DataFolder folder, CancellationToken cancellation)
    {
        try
        {
            await using var file = File.OpenRead(folder.StatusFile);
            return await JsonSerializer.DeserializeAsync(file, ReportJson.Default.RunReport, cancellation);
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            return null;
        }
    }
}
