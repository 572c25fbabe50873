using System.Globalization;
using System.IO.Enumeration;
using Microsoft.AspNetCore.Http;

namespace Granary.Simulator.Zuul;

/// <summary>
/// The query of <c>builds</c>: filters of one name are alternatives, <c>limit</c> is 50 unless told and has no upper bound.
/// </summary>
internal sealed record BuildQuery
{
    private static readonly string[] Wild = ["project", "pipeline", "branch", "job_name"];

    private static readonly HashSet<string> Known =
    [
        "project", "pipeline", "change", "branch", "patchset", "ref", "newrev", "uuid", "job_name", "voting", "nodeset", "result",
        "exclude_result", "final", "held", "complete", "limit", "skip", "idx_min", "idx_max",
    ];

    private readonly Dictionary<string, string[]> _filters = [];

    public long Limit { get; private init; }

    public long Skip { get; private init; }

    public long? IdxMin { get; private init; }

    public long? IdxMax { get; private init; }

    public string? Uuid => _filters.TryGetValue("uuid", out var uuids) && uuids.Length == 1 ? uuids[0] : null;

    public bool HasFilters => _filters.Count > 0;

    /// <exception cref="QueryError">404 for a parameter that does not exist, 500 for a number that is none or is negative.</exception>
    public static BuildQuery Parse(IQueryCollection query, ApiGeneration generation)
    {
        var old = generation == ApiGeneration.Old;
        var unknown = query.Keys.Any(key => !Known.Contains(key));
        if (unknown && !old)
        {
            throw new QueryError(StatusCodes.Status404NotFound);
        }

        var parsed = new BuildQuery
        {
            Limit = Number(query, "limit") ?? 50,
            Skip = Number(query, "skip") ?? 0,
            IdxMin = old ? null : Number(query, "idx_min"),
            IdxMax = old ? null : Number(query, "idx_max"),
        };
        foreach (var (name, values) in query)
        {
            if (Known.Contains(name) && name is not ("limit" or "skip" or "idx_min" or "idx_max"))
            {
                parsed._filters[name] = [.. values.OfType<string>()];
            }
        }

        return parsed;
    }

    public bool Matches(SimulatedBuild build, string nodeset)
    {
        foreach (var (name, values) in _filters)
        {
            if (!Matches(name, values, build, nodeset))
            {
                return false;
            }
        }

        return true;
    }

    private static bool Matches(string name, string[] values, SimulatedBuild build, string nodeset) => name switch
    {
        "exclude_result" => !values.Contains(build.Result),
        "complete" => Truth(values) == build.Finished,
        "voting" => Truth(values) == build.Voting,
        "final" => build.Finished && Truth(values),
        "held" => !Truth(values),
        _ => Value(name, build, nodeset) is { } value && values.Any(wanted => Equal(name, wanted, value)),
    };

    private static bool Equal(string name, string wanted, string value) =>
        Wild.Contains(name) && wanted.Contains('*', StringComparison.Ordinal)
            ? FileSystemName.MatchesSimpleExpression(Escape(wanted), value, ignoreCase: false)
            : wanted == value;

    /// <summary>Only the star is special to Zuul.</summary>
    private static string Escape(string wanted) =>
        wanted.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("?", "\\?", StringComparison.Ordinal);

    private static string? Value(string name, SimulatedBuild build, string nodeset) => name switch
    {
        "project" => build.Project,
        "pipeline" => build.Pipeline,
        "branch" => build.Branch,
        "job_name" => build.JobName,
        "uuid" => build.Uuid,
        "result" => build.Result,
        "change" => build.Change?.ToString(CultureInfo.InvariantCulture),
        "patchset" => build.Change is null ? null : build.Patchset.ToString(CultureInfo.InvariantCulture),
        "ref" => BuildJson.RefOf(build),
        "newrev" => BuildJson.NewrevOf(build),
        "nodeset" => nodeset,
        _ => null,
    };

    private static bool Truth(string[] values) =>
        values.Any(value => value is "1" || value.Equals("true", StringComparison.OrdinalIgnoreCase));

    private static long? Number(IQueryCollection query, string name)
    {
        if (!query.TryGetValue(name, out var values))
        {
            return null;
        }

        return long.TryParse(values[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new QueryError(StatusCodes.Status500InternalServerError);
    }
}
