using System.Globalization;
using Granary.App.Searching;
using Granary.Core.Search;

namespace Granary.Output;

/// <summary>
/// As ripgrep shows hits: on a terminal a heading for each log (build, file, address at the CI) and numbered lines below; in a
/// pipe one line a hit, each with its log and number. Context lines have <c>-</c> where hits have <c>:</c>.
/// </summary>
internal sealed class TextHitPrinter(OutputBuffer output, bool color, bool headings) : IHitPrinter
{
    private string? log;
    private (string Log, long Line, int Part) last = ("", 0, 0);

    public void Hit(LineHit hit)
    {
        var name = $"{hit.Build.Key}/{hit.Line.File}";
        var isNewLog = name != log;
        if (isNewLog && headings)
        {
            Heading(hit, name);
        }

        log = name;
        var first = hit.Before.Count > 0 ? hit.Before[0] : hit.Line;
        var hasContext = hit.Before.Count + hit.After.Count > 0;
        if (hasContext && last.Log == name && (first.Number, first.Part).CompareTo((last.Line + 1, 0)) > 0)
        {
            output.WriteLine("--");
        }

        foreach (var line in hit.Before)
        {
            Line(name, line, [], '-');
        }

        Line(name, hit.Line, hit.Matches, ':');
        foreach (var line in hit.After)
        {
            Line(name, line, [], '-');
        }
    }

    public void End(SearchSummary summary)
    {
    }

    private void Heading(LineHit hit, string name)
    {
        if (log is not null)
        {
            output.Write("\n"u8);
        }

        var result = hit.Build.Result is { } word ? $"  {word}" : "";
        var finished = hit.Build.FinishedAt is { } at ? at.ToString("'  'yyyy'-'MM'-'dd HH':'mm'Z'", CultureInfo.InvariantCulture) : "";
        Painted("35", $"{name}");
        output.WriteLine($"  {hit.Build.Job}{result}{finished}");
        Painted("2", LineAddress.Of(hit.Build, hit.Line.File, hit.FileUrl, hit.Line.Number));
        output.EndLine();
    }

    /// <summary>Overlapping contexts of neighbouring hits are shown once.</summary>
    private void Line(string name, LogLine line, IReadOnlyList<MatchSpan> matches, char mark)
    {
        var place = (line.Number, line.Part);
        if (last.Log == name && place.CompareTo((last.Line, last.Part)) <= 0)
        {
            return;
        }

        last = (name, line.Number, line.Part);
        if (!headings)
        {
            Painted("35", name);
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
            TerminalText.Write(output, text[at..match.Start], headings);
            output.Write("\e[1;31m"u8);
            TerminalText.Write(output, text.Slice(match.Start, match.Length), headings);
            output.Write("\e[0m"u8);
            at = match.Start + match.Length;
        }

        TerminalText.Write(output, text[at..], headings);
    }

    private void Painted(string code, string text)
    {
        output.Write(color ? $"\e[{code}m{text}\e[0m" : text);
    }
}
