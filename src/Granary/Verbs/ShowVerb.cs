using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Granary.Composition;
using Granary.Core.Model;
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
        Description = "SOURCE/ID as 'builds' and 'search' show it, or the CI's id, or its start",
    };

    private static readonly Option<string?> Log = new("--log") { Description = "Print this log file instead of the receipt", HelpName = "FILE" };
    private static readonly Option<string?> Lines = new("--lines") { Description = "Only these lines of the log: 10-20, 10-, -20, 15", HelpName = "A-B" };
    private static readonly Option<string> Output = OutputOption.Create();

    public static Command Create()
    {
        var verb = new Command("show", "Shows one build: its receipt, or lines of one of its logs.") { BuildName, Log, Lines, Output };
        VerbGuide.Set(verb, Guide);
        verb.SetAction(RunAsync);
        return verb;
    }

    private static async Task<int> RunAsync(ParseResult call, CancellationToken cancellation)
    {
        var (from, to) = Range(call.GetValue(Lines));
        await using var host = await ReadingHost.OpenAsync(GranaryCommand.Folder(call), cancellation);
        var receipt = await FindAsync(host, call.GetRequiredValue(BuildName), cancellation);
        using var output = new OutputBuffer(Console.OpenStandardOutput());
        var isJson = OutputOption.IsJson(call, Output);
        var file = call.GetValue(Log) ?? (call.GetValue(Lines) is null ? null : receipt.Files.FirstOrDefault(one => one.Lines > 0)?.Path);
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

        var shown = await WriteLogAsync(host, receipt, file, from, to, output, isJson, cancellation);
        output.Flush();
        return shown ? ExitCodes.Success : ExitCodes.No;
    }

    private static async Task<bool> WriteLogAsync(
        ReadingHost host, Receipt receipt, string file, long from, long to, OutputBuffer output, bool isJson,
        CancellationToken cancellation)
    {
        var shown = false;
        var isTerminal = !Console.IsOutputRedirected;
        await foreach (var line in host.Search.ReadLinesAsync(receipt.Build.Key, file, from, to, cancellation))
        {
            if (isJson)
            {
                using var json = new Utf8JsonWriter(output);
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

    private static async Task<Receipt> FindAsync(ReadingHost host, string name, CancellationToken cancellation)
    {
        var source = host.Sources.FirstOrDefault(one => name.StartsWith(one.Id + "/", StringComparison.Ordinal));
        var (id, attempt) = Parse(source is null ? name : name[(source.Id.Length + 1)..]);
        var found = new List<Receipt>();
        await foreach (var receipt in host.State.ReadReceiptsAsync(new() { Source = source?.Id, IdPrefix = id }, cancellation))
        {
            if (receipt.Build.Key.Id == id && (attempt is null || receipt.Build.Key.Attempt == attempt))
            {
                return receipt;
            }

            found.Add(receipt);
            if (found.Count > 10)
            {
                break;
            }
        }

        return found.Count switch
        {
            0 => throw new UserException($"BUILD: there is no build '{name}'"),
            1 => found[0],
            _ => throw new UserException($"BUILD: '{name}' may be {string.Join(", ", found.Take(5).Select(one => one.Build.Key))} …"),
        };
    }

    private static (string Id, int? Attempt) Parse(string name)
    {
        var mark = name.LastIndexOf('#');
        return mark > 0 && int.TryParse(name[(mark + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var attempt)
            ? (name[..mark], attempt)
            : (name, null);
    }

    private static (long From, long To) Range(string? text)
    {
        if (text is null)
        {
            return (1, long.MaxValue);
        }

        var ends = text.Split('-');
        long End(string end, long open) => end.Length == 0 ? open
            : long.TryParse(end, NumberStyles.None, CultureInfo.InvariantCulture, out var line) && line > 0 ? line
            : throw new UserException($"--lines: '{text}' is not a range such as 10-20");
        var range = ends.Length switch
        {
            1 when text.Length > 0 => (End(ends[0], 1), End(ends[0], 1)),
            2 when text.Length > 1 => (End(ends[0], 1), End(ends[1], long.MaxValue)),
            _ => throw new UserException($"--lines: '{text}' is not a range such as 10-20"),
        };
        return range.Item1 <= range.Item2 ? range : throw new UserException($"--lines: {text} ends before it begins");
    }
}
