using System.Text.Json;
using Granary.Core.Model;
using Granary.Core.Ports;
using Granary.Sources.Http;

namespace Granary.Sources.Zuul;

/// <summary>The calls of Zuul's API that a source needs.</summary>
internal sealed class ZuulApi(SourceDefinition definition, ZuulAddress address, SourceClient client)
{
    private readonly JsonReader json = new(client);
    private readonly ZuulRowReader rows = new(definition.Id, address);
    private readonly string filters = Filters(definition.Filter);

    /// <summary>The server's clock in its last answer, where that is behind ours: what is young is judged by the earlier one.</summary>
    public DateTimeOffset Now { get; private set; } = client.Options.Time.GetUtcNow();

    /// <summary>Newest first; those with an id of at most <paramref name="idMax"/> where the server honours it.</summary>
    /// <exception cref="CiException">See <see cref="JsonReader.GetAsync"/>; Gone where tenant or parameter are unknown.</exception>
    public Task<IReadOnlyList<ZuulRow>> BuildsAsync(int limit, int skip, long? idMax, CancellationToken cancellation) =>
        ListAsync($"builds?limit={limit}{(skip > 0 ? $"&skip={skip}" : "")}{(idMax is { } id ? $"&idx_max={id}" : "")}{filters}", cancellation);

    /// <summary>The builds that have one of these uuids, those that are not known left out.</summary>
    public Task<IReadOnlyList<ZuulRow>> BuildsAsync(IReadOnlyList<string> uuids, CancellationToken cancellation) =>
        ListAsync($"builds?limit={2 * uuids.Count}{Repeated("uuid", uuids)}", cancellation);

    public Task<IReadOnlyList<ZuulRow>> BuildOfIdAsync(long id, CancellationToken cancellation) =>
        ListAsync($"builds?limit=1&idx_min={id}&idx_max={id}", cancellation);

    /// <summary>Null where the server does not know it.</summary>
    public async Task<ZuulRow?> BuildAsync(string uuid, CancellationToken cancellation)
    {
        try
        {
            var (document, _) = await json.GetAsync(Call($"build/{Uri.EscapeDataString(uuid)}"), cancellation);
            using (document)
            {
                return document.RootElement.ValueKind == JsonValueKind.Object ? rows.Read(document.RootElement) : null;
            }
        }
        catch (CiException gone) when (gone.Gone)
        {
            return null;
        }
    }

    private async Task<IReadOnlyList<ZuulRow>> ListAsync(string call, CancellationToken cancellation)
    {
        var (document, date) = await json.GetAsync(Call(call), cancellation);
        using (document)
        {
            var now = client.Options.Time.GetUtcNow();
            Now = date < now ? date.Value : now;
            return document.RootElement.ValueKind == JsonValueKind.Array
                ? [.. document.RootElement.EnumerateArray().Where(row => row.ValueKind == JsonValueKind.Object).Select(rows.Read)]
                : throw new CiException($"{address.Api}/builds answered with something else than a list of builds");
        }
    }

    private Uri Call(string call) => new($"{address.Api}/{call}");

    /// <summary>
    /// Exact names only: older servers take <c>*</c> for itself and would hide everything. Results are never sent: they hide
    /// the running builds that will have them.
    /// </summary>
    private static string Filters(SourceFilter filter) =>
        Exact("project", filter.Projects) + Exact("pipeline", filter.Pipelines)
        + Exact("job_name", filter.Jobs) + Exact("branch", filter.Branches);

    private static string Exact(string name, IReadOnlyList<string> values) =>
        values.Any(value => value.Contains('*', StringComparison.Ordinal)) ? "" : Repeated(name, values);

    private static string Repeated(string name, IReadOnlyList<string> values) =>
        string.Concat(values.Select(value => $"&{name}={Uri.EscapeDataString(value)}"));
}
