using System.Runtime.CompilerServices;
using Granary.Core.Cursors;
using Granary.Core.Model;
using Granary.Core.Ports;
using Granary.Sources.Http;

namespace Granary.Sources.Zuul;

/// <summary>A tenant of a Zuul, of any API generation.</summary>
internal sealed class ZuulSource : ICiSource
{
    private const int UuidsAtOnce = 50;

    private readonly SourceDefinition definition;
    private readonly SourceOptions options;
    private readonly SourceClient client;
    private readonly ZuulApi api;
    private readonly ZuulLogs logs;

    public ZuulSource(SourceDefinition definition, SourceOptions options)
    {
        this.definition = definition;
        this.options = options;
        var address = ZuulAddress.TryParse(definition.Address, definition.Tenant)!;
        client = new SourceClient(definition, options);
        api = new ZuulApi(definition, address, client);
        logs = new ZuulLogs(definition.Filter, address, client);
    }

    public Func<Receipt, bool>? IsOutgrown => logs.IsOutgrown;

    public bool IsWanted(Build build) => BuildFilter.Passes(definition.Filter, build);

    public async IAsyncEnumerable<BuildPage> ReadPagesAsync(
        CursorState cursor, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var size = Math.Max(2, options.PageSize);
        var top = await TopAsync(size, cancellation);
        if (top.Count == 0)
        {
            yield break;
        }

        var pages = new ZuulPages(definition.Filter, size, api.Now, options.OverlapWindow);
        var ids = Part(cursor.Taken, interval => interval.To < SkipWalk.Beginning);
        var walk = await PagesByIdAsync(top, ids, cancellation)
            ? new KeysetWalk(api, pages, ids).ReadAsync(top, cancellation)
            : new SkipWalk(api, pages, Part(cursor.Taken, interval => interval.From >= SkipWalk.Beginning)).ReadAsync(top, cancellation);
        await foreach (var page in walk)
        {
            yield return page;
        }
    }

    public async Task<IReadOnlyList<Build>> ReadBuildsAsync(IReadOnlyList<Build> open, CancellationToken cancellation)
    {
        var found = new List<Build>(open.Count);
        foreach (var batch in open.Where(build => Uuid(build) is not null).Chunk(UuidsAtOnce))
        {
            var rows = await api.BuildsAsync([.. batch.Select(build => Uuid(build)!)], cancellation);
            var byUuid = rows.Where(row => row.Uuid is not null).GroupBy(row => row.Uuid!).ToDictionary(group => group.Key, group => group.First());
            foreach (var build in batch)
            {
                // Not every generation takes several uuids for alternatives.
                var row = byUuid.GetValueOrDefault(Uuid(build)!) ?? await api.BuildAsync(Uuid(build)!, cancellation);
                Add(found, build, row);
            }
        }

        foreach (var build in open.Where(build => Uuid(build) is null && build.Position is > 0 and < SkipWalk.Beginning))
        {
            var rows = await api.BuildOfIdAsync(build.Position, cancellation);
            Add(found, build, rows.FirstOrDefault(row => row.Id == build.Position));
        }

        return found;
    }

    public Task<IReadOnlyList<LogFile>> ListLogsAsync(Build build, CancellationToken cancellation) => logs.ListAsync(build, cancellation);

    public Task<LogBody> OpenLogAsync(Build build, LogFile file, long offset, string? etag, CancellationToken cancellation) =>
        HttpLogBody.OpenAsync(client, new Uri(file.Url), offset, etag, cancellation);

    public ValueTask DisposeAsync()
    {
        client.Dispose();
        return ValueTask.CompletedTask;
    }

    private static string? Uuid(Build build) => build.Labels.GetValueOrDefault("uuid");

    /// <summary>Under the key that it was opened with: a row that had no uuid then may have one now.</summary>
    private static void Add(List<Build> found, Build open, ZuulRow? row)
    {
        if (row is not null)
        {
            found.Add(row.Build with { Key = open.Key, Position = open.Position });
        }
    }

    private static IntervalSet Part(IntervalSet whole, Func<Interval, bool> wanted) =>
        whole.Intervals.Where(wanted).Aggregate(IntervalSet.Empty, (set, interval) => set.Add(interval));

    private async Task<IReadOnlyList<ZuulRow>> TopAsync(int size, CancellationToken cancellation)
    {
        try
        {
            return await api.BuildsAsync(size, 0, null, cancellation);
        }
        catch (CiException gone) when (gone.Gone)
        {
            throw new CiException($"{gone.Message}: there is no such tenant, or the address is wrong", gone) { Gone = true };
        }
    }

    /// <summary>
    /// Whether the server honours <c>idx_max</c>. Asked before the first id is recorded; from then on a server that stops to do
    /// so is in error: falling back would read its whole history again.
    /// </summary>
    private async Task<bool> PagesByIdAsync(IReadOnlyList<ZuulRow> top, IntervalSet ids, CancellationToken cancellation)
    {
        if (!KeysetWalk.IsDescending(top, SkipWalk.Beginning - 1))
        {
            return ids.IsEmpty ? false : throw new CiException("the list of builds is not in descending order of ids any more");
        }

        var below = top[0].Id!.Value - 1;
        if (!ids.IsEmpty || below < 1)
        {
            return true;
        }

        try
        {
            var probe = await api.BuildsAsync(1, 0, below, cancellation);
            return KeysetWalk.IsDescending(probe, below);
        }
        catch (CiException unknown) when (unknown.Gone)
        {
            return false;
        }
    }
}
