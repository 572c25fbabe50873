using System.Text.Json;
using Granary.Sources.Tests.Http;

namespace Granary.Sources.Tests.Zuul;

/// <summary>What generations of Zuul's API differ in.</summary>
public enum Generation
{
    Keyset,
    IgnoresIdMax,
    RefusesIdMax,
    NoIds,
}

/// <summary>A tenant of builds in memory that answers as Zuul does.</summary>
public sealed class ZuulModel(Generation generation)
{
    private readonly Lock gate = new();
    private readonly List<Row> rows = [];
    private long lastId = 1000;

    /// <summary>Called before each answer: the world goes on while it is read.</summary>
    public Action<ScriptedRequest>? Before { get; set; }

    public sealed record Row(long Id, string? Uuid, DateTimeOffset? Start)
    {
        public DateTimeOffset? End { get; set; }

        public string? Result { get; set; }

        public string Job { get; init; } = "unit";

        public string? LogUrl { get; init; }

        /// <summary>Its transaction has not ended: other rows with higher ids are seen before it.</summary>
        public bool Hidden { get; set; }
    }

    public IReadOnlyList<Row> Rows
    {
        get
        {
            lock (gate)
            {
                return [.. rows];
            }
        }
    }

    public Row Add(DateTimeOffset start, bool finished = true, string job = "unit", bool hidden = false)
    {
        lock (gate)
        {
            lastId += 1 + (lastId % 3);
            var row = new Row(lastId, $"uuid-{lastId}", start) { Job = job, Hidden = hidden };
            if (finished)
            {
                Finish(row, start.AddMinutes(1));
            }

            rows.Add(row);
            return row;
        }
    }

    /// <summary>A build that was skipped: it ended and never began.</summary>
    public Row AddSkipped(DateTimeOffset end)
    {
        lock (gate)
        {
            lastId += 1 + (lastId % 3);
            rows.Add(new(lastId, $"uuid-{lastId}", null) { End = end, Result = "SKIPPED" });
            return rows[^1];
        }
    }

    public static void Finish(Row row, DateTimeOffset end, string result = "SUCCESS") => (row.End, row.Result) = (end, result);

    public ScriptedAnswer Answer(ScriptedRequest request)
    {
        Before?.Invoke(request);
        lock (gate)
        {
            if (request.Path.StartsWith("/api/tenant/t/build/", StringComparison.Ordinal))
            {
                var one = rows.Find(row => row.Uuid == request.Path.Split('/')[^1]);
                return one is null ? NotFound() : Json(Describe(one));
            }

            return request.Path == "/api/tenant/t/builds" ? List(request) : NotFound();
        }
    }

    private static ScriptedAnswer NotFound() => ScriptedAnswer.Text("<html>404</html>", 404).With("Content-Type", "text/html");

    private static ScriptedAnswer Json(object value) => ScriptedAnswer.Json(JsonSerializer.Serialize(value));

    private ScriptedAnswer List(ScriptedRequest request)
    {
        var query = rows.AsEnumerable().Reverse().Where(row => !row.Hidden);
        if (request.Query("idx_max") is { } most)
        {
            if (generation == Generation.RefusesIdMax)
            {
                return NotFound();
            }

            query = generation == Generation.Keyset ? query.Where(row => row.Id <= long.Parse(most)) : query;
        }

        var uuids = request.Target.Split('?')[^1].Split('&').Where(pair => pair.StartsWith("uuid=")).Select(pair => pair[5..]).ToList();
        query = uuids.Count > 0 ? query.Where(row => uuids.Contains(row.Uuid!)) : query;
        query = query.Skip(int.Parse(request.Query("skip") ?? "0")).Take(int.Parse(request.Query("limit") ?? "50"));
        return Json(query.Select(Describe).ToList());
    }

    private Dictionary<string, object?> Describe(Row row)
    {
        var values = new Dictionary<string, object?>
        {
            ["uuid"] = row.Uuid, ["job_name"] = row.Job, ["result"] = row.Result, ["pipeline"] = "check", ["voting"] = true,
            ["start_time"] = row.Start?.ToString("yyyy-MM-dd'T'HH:mm:ss"), ["end_time"] = row.End?.ToString("yyyy-MM-dd'T'HH:mm:ss"),
            ["log_url"] = row.LogUrl, ["final"] = row.Result is null ? null : true, ["artifacts"] = Array.Empty<object>(),
        };
        if (generation == Generation.NoIds)
        {
            values["project"] = "p";
            values["branch"] = "main";
            values["change"] = 12;
            values["patchset"] = "3";
            values["ref"] = "refs/changes/12/12/3";
        }
        else
        {
            values["_id"] = row.Id;
            values["ref"] = new Dictionary<string, object?> { ["project"] = "p", ["branch"] = "main", ["change"] = 12, ["patchset"] = "3" };
        }

        return values;
    }
}
