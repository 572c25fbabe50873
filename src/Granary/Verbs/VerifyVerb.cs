using System.CommandLine;
using System.Text.Json;
using Granary.App.Verifying;
using Granary.Composition;
using Granary.Output;

namespace Granary.Verbs;

internal static class VerifyVerb
{
    private const string Guide =
        """
        Examples:
          granary verify
          granary verify opendev --repair

        Exit codes: 0 no gap, 1 a gap or damage, 2 an error. Logs that the CI lists but does not have, and builds that wait
        to be read, are reported but are no gaps.
        """;

    private static readonly Argument<string?> Name = new("NAME") { Description = "One source [default: all]", Arity = ArgumentArity.ZeroOrOne };
    private static readonly Option<bool> Repair = new("--repair") { Description = "Have the builds with a gap read again by the next collector" };
    private static readonly Option<string> Output = OutputOption.Create();

    public static Command Create()
    {
        var verb = new Command("verify", "Compares what the CI stated (manifest, Content-Length, file sizes) with the receipts, and the receipts with what reading the whole index gives. Reports every gap and every damaged block.") { Name, Repair, DatabaseVerb.Database, Output };
        VerbGuide.Set(verb, Guide);
        verb.SetAction(RunAsync);
        return verb;
    }

    private static async Task<int> RunAsync(ParseResult call, CancellationToken cancellation)
    {
        await using var host = await DatabaseVerb.OpenReadingAsync(call, cancellation);
        var source = call.GetValue(Name) is { } name ? SourceNames.Find(await host.SourcesAsync(cancellation), name) : null;
        var verifier = new Verifier(await host.StateAsync(cancellation), host.Search);
        var gaps = new List<Finding>();
        var isJson = OutputOption.IsJson(call, Output);
        using var output = new OutputBuffer(StandardOutput.Open());
        await foreach (var finding in verifier.RunAsync(source, cancellation))
        {
            Write(output, finding, isJson);
            if (finding.IsGap)
            {
                gaps.Add(finding);
            }
        }

        WriteTotals(output, verifier.Totals, isJson);
        output.Flush();
        if (call.GetValue(Repair) && gaps.Count > 0)
        {
            await using var state = await StateStores.OpenAsync(host.Folder, DatabaseVerb.Find(call), cancellation);
            var repairer = new Verifier(state, host.Search);
            var (read, lookedAt) = await repairer.RepairAsync(gaps, cancellation);
            if (source is null)
            {
                await repairer.ForgetUnreadableAsync(gaps, cancellation);
            }

            await Console.Error.WriteLineAsync(
                $"{Counts.Of(read, "build")} will be read again{(lookedAt == 0 ? "" : $"; {Counts.Of(lookedAt, "build")} that never finished will be looked at again")}");
        }

        return gaps.Count == 0 ? ExitCodes.Success : ExitCodes.No;
    }

    private static void Write(OutputBuffer output, Finding finding, bool isJson)
    {
        if (!isJson)
        {
            output.WriteLine($"{(finding.IsGap ? "gap" : "note")}: {finding.Where}: {finding.Message}");
            return;
        }

        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteString("type", finding.IsGap ? "gap" : "note");
            json.WriteString("kind", JsonNamingPolicy.CamelCase.ConvertName(finding.Kind.ToString()));
            json.WriteString("where", finding.Where);
            json.WriteString("message", finding.Message);
            json.WriteString("build", finding.Build?.ToString());
            json.WriteEndObject();
        }

        output.EndLine();
    }

    private static void WriteTotals(OutputBuffer output, VerifyTotals totals, bool isJson)
    {
        if (!isJson)
        {
            output.WriteLine(
                $"{Counts.Of(totals.Builds, "build")}, {Counts.Of(totals.Files, "log file")}, {Counts.Of(totals.Lines, "line")}: {Counts.Of(totals.Gaps, "gap")}, {Counts.Of(totals.Notes, "note")}");
            return;
        }

        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteString("type", "summary");
            json.WriteNumber("builds", totals.Builds);
            json.WriteNumber("files", totals.Files);
            json.WriteNumber("lines", totals.Lines);
            json.WriteNumber("gaps", totals.Gaps);
            json.WriteNumber("notes", totals.Notes);
            json.WriteEndObject();
        }

        output.EndLine();
    }
}
