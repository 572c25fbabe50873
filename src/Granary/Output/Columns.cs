namespace Granary.Output;

/// <summary>Rows in columns as wide as they need, two blanks apart; plain text that cut and awk understand.</summary>
internal static class Columns
{
    public static void Write(TextWriter output, IReadOnlyList<string> heading, IEnumerable<IReadOnlyList<string>> rows)
    {
        var all = rows.Prepend(heading).ToList();
        var widths = heading.Select((_, column) => all.Max(row => row[column].Length)).ToList();
        foreach (var row in all)
        {
            var cells = row.Select((cell, column) => column == row.Count - 1 ? cell : cell.PadRight(widths[column]));
            output.WriteLine(string.Join("  ", cells));
        }
    }
}
