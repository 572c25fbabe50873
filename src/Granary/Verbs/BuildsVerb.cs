using System.CommandLine;
using Granary.App.Searching;
using Granary.Composition;
using Granary.Core.Queries;
using Granary.Output;

namespace Granary.Verbs;

internal static class BuildsVerb
{
    private const string Guide =
        """
        Examples:
          granary builds 'job:unit* result:FAILURE since:2d'
          granary builds 'source:opendev' --output json --limit 0

        Exit codes: 0 found, 1 nothing found, 2 an error.
        """;

    private static readonly Argument<string> Query = new("QUERY")
    {
        Description = "Fields that the builds must have; * or nothing: all",
        DefaultValueFactory = _ => "*",
    };

    private static readonly Option<int> Limit = NumberOption.Create("--limit", "Most builds; 0: all", 100, alias: "-n");
    private static readonly Option<string> Output = OutputOption.Create();

    public static Command Create()
    {
        var verb = new Command("builds", "Lists builds that are done with, the newest first, and what became of their logs.") { Query, Limit, DatabaseVerb.Database, Output };
        VerbGuide.Set(verb, Guide);
        verb.SetAction(RunAsync);
        return verb;
    }

    private static async Task<int> RunAsync(ParseResult call, CancellationToken cancellation)
    {
        await using var host = await DatabaseVerb.OpenReadingAsync(call, cancellation);
        var (state, sources) = (await host.StateAsync(cancellation), await host.SourcesAsync(cancellation));
        var query = new QueryReader(sources, TimeProvider.System).Read(call.GetRequiredValue(Query), SearchFilters.None);
        var matcher = BuildMatcher.Compile(query);
        var (limit, isJson, found) = (call.GetValue(Limit), OutputOption.IsJson(call, Output), 0);
        using var output = new OutputBuffer(StandardOutput.Open());
        await foreach (var receipt in state.ReadReceiptsAsync(new(), cancellation))
        {
            if (!matcher.Matches(receipt.Build))
            {
                continue;
            }

            if (limit > 0 && found == limit)
            {
                output.Flush();
                await Console.Error.WriteLineAsync($"granary: {found} shown, there are more: --limit 0 shows all");
                break;
            }

            found++;
            ReceiptPrinter.Write(output, receipt, isJson);
        }

        output.Flush();
        return found > 0 ? ExitCodes.Success : ExitCodes.No;
    }
}
