using System.Globalization;
using System.Text.Json;
using Granary.Simulator.Faults;
using Granary.Simulator.Timeline;
using Microsoft.AspNetCore.Http;

namespace Granary.Simulator.Zuul;

/// <summary>Answers the API as Zuul does, its HTML errors included.</summary>
internal sealed class ZuulEndpoints(SimulatorOptions options, BuildCatalogue catalogue, BodySender bodies, Action<RequestFate> beforePage)
{
    private readonly BuildPages _pages = new(catalogue);

    public async Task AnswerAsync(HttpContext context, RequestFate fate)
    {
        var path = context.Request.Path.Value ?? "/";
        if (options.BearerToken is { } token && context.Request.Headers.Authorization != $"Bearer {token}")
        {
            context.Response.Headers.WWWAuthenticate = "Bearer realm=\"zuul\"";
            await HtmlAsync(context, fate, 401, "401 Unauthorized");
            return;
        }

        try
        {
            await RouteAsync(context, fate, path.Split('/', StringSplitOptions.RemoveEmptyEntries));
        }
        catch (QueryError error)
        {
            await HtmlAsync(context, fate, error.Status, error.Status == 404 ? "404 Not Found" : "500 Internal Server Error");
        }
    }

    private Task RouteAsync(HttpContext context, RequestFate fate, string[] path)
    {
        switch (path)
        {
            case ["api", "tenants"]:
                return JsonAsync(context, fate, WriteTenants);
            case ["api", "tenant", var tenant, ..] when tenant != options.Tenant:
                throw new QueryError(404);
            case ["api", "tenant", _, "builds"]:
                beforePage(fate);
                var builds = BuildQuery.Parse(context.Request.Query, options.Generation);
                return JsonAsync(context, fate, json => WriteBuilds(json, builds));
            case ["api", "tenant", _, "build", var uuid]:
                var position = catalogue.Timeline.Keys.PositionOf(uuid);
                return position >= 0 && position < catalogue.Timeline.Count
                    ? JsonAsync(context, fate, json => BuildJson.WriteRow(json, catalogue.At(position), options.Generation, detail: true))
                    : throw new QueryError(404);
            case ["api", "tenant", _, "build-times"] when options.Generation == ApiGeneration.Current:
                beforePage(fate);
                return BuildTimesAsync(context, fate);
            default:
                // Any other path is the web interface's own business: its page comes with 200.
                return HtmlAsync(context, fate, 200, "Zuul");
        }
    }

    private void WriteTenants(Utf8JsonWriter json)
    {
        json.WriteStartArray();
        json.WriteStartObject();
        json.WriteString("name", options.Tenant);
        json.WriteNumber("projects", BuildNames.Projects.Length);
        json.WriteNumber("queue", 0);
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private void WriteBuilds(Utf8JsonWriter json, BuildQuery query)
    {
        json.WriteStartArray();
        foreach (var build in _pages.Page(query))
        {
            BuildJson.WriteRow(json, build, options.Generation, detail: false);
        }

        json.WriteEndArray();
    }

    private Task BuildTimesAsync(HttpContext context, RequestFate fate)
    {
        var from = TimeOf(context.Request.Query, "start_time");
        var to = TimeOf(context.Request.Query, "end_time");
        var rest = context.Request.Query.Where(pair => pair.Key is not ("start_time" or "end_time"));
        var query = BuildQuery.Parse(new QueryCollection(rest.ToDictionary(pair => pair.Key, pair => pair.Value)), options.Generation);
        return JsonAsync(context, fate, json =>
        {
            json.WriteStartArray();
            foreach (var build in _pages.ByEnd(query, from, to))
            {
                BuildJson.WriteTimesRow(json, build);
            }

            json.WriteEndArray();
        });
    }

    private static DateTime? TimeOf(IQueryCollection query, string name)
    {
        if (!query.TryGetValue(name, out var values))
        {
            return null;
        }

        const DateTimeStyles Utc = DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal;
        return DateTime.TryParse(values[0], CultureInfo.InvariantCulture, Utc, out var time)
            ? time
            : throw new QueryError(500);
    }

    private async Task JsonAsync(HttpContext context, RequestFate fate, Action<Utf8JsonWriter> write)
    {
        using var body = new MemoryStream();
        await using (var json = new Utf8JsonWriter(body))
        {
            write(json);
        }

        context.Response.ContentType = "application/json; charset=utf-8";
        await bodies.SendAsync(context, fate, body.GetBuffer().AsMemory(0, (int)body.Length));
    }

    private Task HtmlAsync(HttpContext context, RequestFate fate, int status, string title)
    {
        context.Response.StatusCode = status;
        return bodies.SendHtmlAsync(context, fate, title);
    }
}
