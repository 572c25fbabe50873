using System.CommandLine;
using Granary.App.Searching;
using Granary.Composition;
using Granary.Core.Queries;
using Granary.Core.Search;
using Granary.Output;

namespace Granary.Verbs;

internal static class SearchVerb
{
    private const string Guide =
        """
        Examples:
          granary search 'error "no space left" -flaky'        words, a phrase, not this word
          granary search 'segfault job:unit* result:FAILURE since:2d'
          granary search '(timeout OR "timed out") severity>=error' --context 2
          granary search '*egmentation*' --count               part of a word
          granary search '*' --output json --limit 0           every line, as JSON Lines
          granary search error --facet job --facet severity    which jobs have most, and how bad it is

        Fields: source job project pipeline branch change result build file attempt severity since until.
        Exit codes: 0 found, 1 nothing found, 2 an error.
        """;

    /// <summary>More than that many values of a field are no overview.</summary>
    private const int MostFacets = 1000;

    private static readonly Argument<string> Query = new("QUERY") { Description = "What to find; * alone is every line" };
    private static readonly Option<string[]> Source = new("--source", "-s") { Description = "Only this source; repeat for alternatives", HelpName = "NAME" };
    private static readonly Option<string[]> Job = new("--job", "-j") { Description = "Only this job; * for any characters", HelpName = "JOB" };
    private static readonly Option<string?> Since = new("--since") { Description = "Only lines at or after: 2d, 2026-01-31, an instant", HelpName = "WHEN" };
    private static readonly Option<string?> Until = new("--until") { Description = "Only lines before", HelpName = "WHEN" };
    private static readonly Option<int> Limit = NumberOption.Create("--limit", "Most hits, or values of a facet (at most 1,000); 0: all", 100, alias: "-n");
    private static readonly Option<int> Context = NumberOption.Create("--context", "Lines before and after each hit", 0, alias: "-C");
    private static readonly Option<bool> Count = new("--count", "-c") { Description = "Print only the number of hits" };
    private static readonly Option<bool> Histogram = new("--histogram") { Description = "Print hits over time" };
    private static readonly Option<string[]> Facet = new("--facet")
    {
        Description = "Print the commonest values of a field (a build's or log's, severity) among the hits, and how many have them; repeat for several",
        HelpName = "FIELD",
    };

    private static readonly Option<string> Color = ChoiceOption.Create("--color", "Colour the output", ["auto", "always", "never"]);
    private static readonly Option<string> Output = OutputOption.Create();

    public static Command Create()
    {
        var verb = new Command("search", "Finds lines. Words stand side by side for \"all of them on the line\".")
        {
            Query, Source, Job, Since, Until, Limit, Context, Count, Histogram, Facet, Color, DatabaseVerb.Database, Output,
        };
        verb.Validators.Add(result =>
        {
            if (result.GetValue(Count) && result.GetValue(Histogram))
            {
                result.AddError("--count and --histogram exclude each other");
            }

            foreach (var field in result.GetValue(Facet) ?? [])
            {
                if (!FacetFields.IsField(field))
                {
                    result.AddError($"--facet: '{field}' is no field to count by; there are: {FacetFields.Listed}");
                }
            }

            if (result.GetValue(Facet) is { Length: > 0 } && (result.GetValue(Count) || result.GetValue(Histogram)))
            {
                result.AddError("--facet excludes --count and --histogram");
            }
        });
        VerbGuide.Set(verb, Guide);
        verb.SetAction(RunAsync);
        return verb;
    }

    private static async Task<int> RunAsync(ParseResult call, CancellationToken cancellation)
    {
        await using var host = await DatabaseVerb.OpenReadingAsync(call, cancellation);
        var query = await ReadQueryAsync(call, host, cancellation);
        using var output = new OutputBuffer(StandardOutput.Open());
        var isJson = OutputOption.IsJson(call, Output);
        var code = call.GetValue(Count) ? await CountAsync(host, query, output, isJson, cancellation)
            : call.GetValue(Histogram) ? await HistogramAsync(host, query, output, isJson, cancellation)
            : call.GetValue(Facet) is { Length: > 0 } fields ? await FacetsAsync(host, query, fields, call.GetValue(Limit), output, isJson, cancellation)
            : await HitsAsync(call, host, query, output, isJson, cancellation);
        if (code == ExitCodes.No)
        {
            await TellUnknownSourcesAsync(call, host, cancellation);
        }

        return code;
    }

    private static async Task<QueryNode> ReadQueryAsync(ParseResult call, ReadingHost host, CancellationToken cancellation)
    {
        var text = call.GetRequiredValue(Query);
        var filters = new SearchFilters
        {
            Sources = call.GetValue(Source) ?? [],
            Jobs = call.GetValue(Job) ?? [],
            Since = call.GetValue(Since),
            Until = call.GetValue(Until),
        };
        var sources = QueryReader.MayNameSource(text, filters) ? await host.SourcesAsync(cancellation) : [];
        var reader = new QueryReader(sources, TimeProvider.System);
        try
        {
            reader.Read("*", filters);
        }
        catch (QueryException e)
        {
            // The message begins with the field, which is called as the option.
            throw new UserException($"--{e.Message}");
        }

        return reader.Read(text, filters);
    }

    /// <summary>A source that was removed still has its lines, so an unknown name is no error; but it may be why nothing is found.</summary>
    private static async Task TellUnknownSourcesAsync(ParseResult call, ReadingHost host, CancellationToken cancellation)
    {
        foreach (var name in call.GetValue(Source) ?? [])
        {
            var sources = await host.SourcesAsync(cancellation);
            if (SourceNames.TryFind(sources, name) is null && !name.Contains('*', StringComparison.Ordinal))
            {
                await Console.Error.WriteLineAsync($"granary: {SourceNames.Unknown(sources, name)}");
            }
        }
    }

    private static async Task<int> HitsAsync(
        ParseResult call, ReadingHost host, QueryNode query, OutputBuffer output, bool isJson, CancellationToken cancellation)
    {
        var limit = call.GetValue(Limit);
        var request = new SearchRequest { Query = query, Limit = limit, Context = call.GetValue(Context) };
        IHitPrinter printer = isJson ? new JsonHitPrinter(output) : new TextHitPrinter(output, UseColor(call), !Console.IsOutputRedirected);
        var (printed, damaged) = (0L, false);
        await foreach (var found in host.Search.SearchAsync(request, cancellation))
        {
            switch (found)
            {
                case LineHit hit:
                    printed++;
                    printer.Hit(hit);
                    break;
                case IndexDamage damage:
                    damaged = true;
                    await DamageText.TellAsync(damage);
                    break;
                case SearchSummary summary:
                    printer.End(summary);
                    output.Flush();
                    await TellLeftOutAsync(damaged && summary.Total <= printed ? summary with { Exact = true } : summary, printed);
                    break;
            }
        }

        return damaged ? ExitCodes.Error : printed > 0 ? ExitCodes.Success : ExitCodes.No;
    }

    private static async Task TellLeftOutAsync(SearchSummary summary, long printed)
    {
        if (summary.Total > printed || !summary.Exact)
        {
            var more = Math.Max(0, summary.Total - printed);
            var count = summary.Exact ? $"{more:N0} more" : more == 0 ? "there may be more" : $"at least {more:N0} more";
            await Console.Error.WriteLineAsync($"granary: {printed:N0} shown, {count}: --limit 0 shows all");
        }
    }

    private static async Task<int> CountAsync(
        ReadingHost host, QueryNode query, OutputBuffer output, bool isJson, CancellationToken cancellation)
    {
        var summary = await host.Search.CountAsync(query, TimeSpan.Zero, cancellation);
        if (isJson)
        {
            new JsonHitPrinter(output).End(summary);
        }
        else
        {
            output.WriteLine(summary.Total.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }

        output.Flush();
        return await CountedAsync(summary.Total, summary.Damages);
    }

    private static async Task<int> HistogramAsync(
        ReadingHost host, QueryNode query, OutputBuffer output, bool isJson, CancellationToken cancellation)
    {
        var started = TimeProvider.System.GetTimestamp();
        var histogram = await host.Search.HistogramAsync(query, null, TimeSpan.Zero, cancellation);
        HistogramPrinter.Write(output, histogram, TimeProvider.System.GetElapsedTime(started), isJson);
        output.Flush();
        return await CountedAsync(histogram.Total, histogram.Damages);
    }

    private static async Task<int> FacetsAsync(
        ReadingHost host, QueryNode query, string[] fields, int limit, OutputBuffer output, bool isJson, CancellationToken cancellation)
    {
        var started = TimeProvider.System.GetTimestamp();
        var (total, exact, damages) = (0L, true, new HashSet<IndexDamage>());
        var inexact = new List<string>();
        foreach (var field in fields)
        {
            var facets = await host.Search.FacetsAsync(query, field, limit is 0 or > MostFacets ? MostFacets : limit, TimeSpan.Zero, cancellation);
            if (fields.Length > 1 && !isJson)
            {
                output.WriteLine($"{(field == fields[0] ? "" : "\n")}{field}:");
            }

            FacetPrinter.Write(output, field, facets, isJson);
            (total, exact) = (facets.Total, exact && facets.Exact);
            damages.UnionWith(facets.Damages);
            if (!facets.Exact && facets.Damages.Count == 0)
            {
                inexact.Add(field);
            }
        }

        if (isJson)
        {
            new JsonHitPrinter(output).End(new SearchSummary(total, exact, TimeProvider.System.GetElapsedTime(started)));
        }

        output.Flush();
        foreach (var field in inexact)
        {
            await Console.Error.WriteLineAsync($"granary: {field}: not exact, a commoner value may be missing");
        }

        return await CountedAsync(total, [.. damages]);
    }

    private static async Task<int> CountedAsync(long total, IReadOnlyList<IndexDamage> damages)
    {
        foreach (var damage in damages)
        {
            await DamageText.TellAsync(damage);
        }

        return damages.Count > 0 ? ExitCodes.Error : total > 0 ? ExitCodes.Success : ExitCodes.No;
    }

    private static bool UseColor(ParseResult call) => call.GetValue(Color) switch
    {
        "always" => true,
        "never" => false,
        _ => TerminalText.HasColor(),
    };
}
