using System.Globalization;
using System.Text;
using Granary.App.Searching;
using Granary.Core.Model;
using Granary.Core.Search;

namespace Granary.Output;

/// <summary>
/// As ripgrep shows hits: on a terminal a heading for each log (build, file, address at the CI) and numbered lines below; in a
/// pipe one line a hit, each with its log and number. Context lines have <c>-</c> where hits have <c>:</c>.
/// </summary>
/// <param name="output">Takes the text.</param>
/// <param name="color">Colours names, numbers and matches.</param>
/// <param name="isTerminal">Groups hits under headings, and shows no control characters.</param>
internal sealed class TextHitPrinter(OutputBuffer output, bool color, bool isTerminal) : IHitPrinter
{
    private string? log;
    private (long Line, int Part) last;

    // Held back until the next hit is known: a line in it may be that hit.
    private IReadOnlyList<LogLine> after = [];

    public void Hit(LineHit hit)
    {
        var name = LogName.Of(hit.Build.Key, hit.Line.File);
        if (name != log)
        {
            Context(after, (long.MaxValue, 0));
            Begin(hit, name);
        }
        else
        {
            Context(after, Place(hit.Line));
        }

        var hasContext = hit.Before.Count + hit.After.Count > 0;
        var first = hit.Before.Count > 0 ? hit.Before[0] : hit.Line;
        if (hasContext && last.Line > 0 && first.Number > last.Line + 1)
        {
            output.WriteLine("--");
        }

        Context(hit.Before, Place(hit.Line));
        Line(hit.Line, hit.Matches, ':');
        after = hit.After;
    }

    public void End(SearchSummary summary)
    {
        Context(after, (long.MaxValue, 0));
        after = [];
    }

    private static (long Line, int Part) Place(LogLine line) => (line.Number, line.Part);

    private void Begin(LineHit hit, string name)
    {
        if (isTerminal)
        {
            output.Write(log is null ? "" : "\n");
            var result = hit.Build.Result is { } word ? $"  {word}" : "";
            var finished = hit.Build.FinishedAt?.ToString("'  'yyyy'-'MM'-'dd HH':'mm'Z'", CultureInfo.InvariantCulture);
            Painted("35", name);
            Safe($"  {hit.Build.Job}{result}{finished}");
            output.EndLine();
            Painted("2", LineAddress.Of(hit.Build, hit.Line.File, hit.FileUrl, hit.Line.Number));
            output.EndLine();
        }

        log = name;
        last = default;
    }

    /// <summary>Contexts of neighbouring hits overlap; a line is shown once, and before <paramref name="end"/> only.</summary>
    private void Context(IReadOnlyList<LogLine> lines, (long Line, int Part) end)
    {
        foreach (var line in lines)
        {
            if (Place(line).CompareTo(last) > 0 && Place(line).CompareTo(end) < 0)
            {
                Line(line, [], '-');
            }
        }
    }

    private void Line(LogLine line, IReadOnlyList<MatchSpan> matches, char mark)
    {
        last = Place(line);
        if (!isTerminal)
        {
            Painted("35", log!);
            output.Write(mark == ':' ? ":"u8 : "-"u8);
        }

        Painted("32", line.Part == 0 ? $"{line.Number}" : $"{line.Number}.{line.Part}");
        output.Write(mark == ':' ? ":"u8 : "-"u8);
        Text(line.Text.Span, matches);
        output.EndLine();
    }

    private void Text(ReadOnlySpan<byte> text, IReadOnlyList<MatchSpan> matches)
    {
        var at = 0;
        foreach (var match in color ? matches : [])
        {
            TerminalText.Write(output, text[at..match.Start], isTerminal);
            output.Write("\e[1;31m"u8);
            TerminalText.Write(output, text.Slice(match.Start, match.Length), isTerminal);
            output.Write("\e[0m"u8);
            at = match.Start + match.Length;
        }

        TerminalText.Write(output, text[at..], isTerminal);
    }

    private void Painted(string code, string text)
    {
        if (!color)
        {
            Safe(text);
            return;
        }

        output.Write($"\e[{code}m");
        Safe(text);
        output.Write("\e[0m"u8);
    }

    /// <summary>Names come from the CI as the lines do.</summary>
    private void Safe(string text) => TerminalText.Write(output, Encoding.UTF8.GetBytes(text), isTerminal);
}
