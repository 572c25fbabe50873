using System.CommandLine;
using System.Text.Json;
using Granary.Composition;
using Granary.Core.Model;
using Granary.Core.Search;
using Granary.Output;

namespace Granary.Verbs;

internal static class ShowVerb
{
    private const string Guide =
        """
        Examples:
          granary show 8f3e21
          granary show opendev/8f3e21… --log job-output.txt --lines 100-120
        """;

    private static readonly Argument<string> BuildName = new("BUILD")
    {
        Description = "SOURCE/ID or SOURCE/ID/FILE as 'builds' and 'search' show them, or the CI's id, or its start",
    };

    private static readonly Option<string?> Log = new("--log") { Description = "Print this log file instead of the receipt", HelpName = "FILE" };
    private static readonly Option<string?> Lines = new("--lines") { Description = "Only these lines of the log: 10-20, 10-, -20, 15", HelpName = "A-B" };
    private static readonly Option<string> Output = OutputOption.Create();

    public static Command Create()
    {
        var verb = new Command("show", "Shows one build: its receipt, or lines of one of its logs.") { BuildName, Log, Lines, DatabaseVerb.Database, Output };
        VerbGuide.Set(verb, Guide);
        verb.SetAction(RunAsync);
        return verb;
    }

    private static async Task<int> RunAsync(ParseResult call, CancellationToken cancellation)
    {
        var range = LineRange.Parse(call.GetValue(Lines));
        await using var host = await DatabaseVerb.OpenReadingAsync(call, cancellation);
        var names = new BuildNames(await host.StateAsync(cancellation), await host.SourcesAsync(cancellation));
        var (receipt, named) = await names.FindAsync(call.GetRequiredValue(BuildName), cancellation);
        using var output = new OutputBuffer(StandardOutput.Open());
        var isJson = OutputOption.IsJson(call, Output);
        var file = call.GetValue(Log) ?? named ?? (call.GetValue(Lines) is null ? null : receipt.Files.FirstOrDefault(one => one.Lines > 0)?.Path);
        if (file is null)
        {
            WriteReceipt(output, receipt, isJson);
            output.Flush();
            return ExitCodes.Success;
        }

        if (receipt.Files.All(one => one.Path != file))
        {
            throw new UserException($"--log: {receipt.Build.Key} has no log '{file}'; it has: {string.Join(", ", receipt.Files.Select(one => one.Path))}");
        }

        var damages = new List<IndexDamage>();
        var shown = await WriteLogAsync(host, receipt, file, range, damages.Add, output, isJson, cancellation);
        output.Flush();
        foreach (var damage in damages)
        {
            await DamageText.TellAsync(damage);
        }

        return damages.Count > 0 ? ExitCodes.Error : shown ? ExitCodes.Success : ExitCodes.No;
    }

    private static async Task<bool> WriteLogAsync(
        ReadingHost host, Receipt receipt, string file, LineRange range, Action<IndexDamage> damaged, OutputBuffer output, bool isJson,
        CancellationToken cancellation)
    {
        var shown = false;
        var isTerminal = !Console.IsOutputRedirected;
        await foreach (var line in host.Search.ReadLinesAsync(receipt.Build.Key, file, range.From, range.To, damaged, cancellation))
        {
            if (isJson)
            {
                using var json = new Utf8JsonWriter(output, JsonHitPrinter.Format);
                json.WriteStartObject();
                json.WriteString("file", file);
                JsonHitPrinter.WriteLine(json, line);
                json.WriteEndObject();
            }
            else
            {
                TerminalText.Write(output, line.Text.Span, isTerminal);
            }

            shown = true;
            output.EndLine();
        }

        return shown;
    }

    private static void WriteReceipt(OutputBuffer output, Receipt receipt, bool isJson)
    {
        if (isJson)
        {
            ReceiptPrinter.Json(output, receipt);
        }
        else
        {
            ReceiptPrinter.Page(output, receipt);
        }
    }
}
