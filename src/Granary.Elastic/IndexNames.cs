using System.Globalization;

namespace Granary.Elastic;

/// <summary>The names of indices and templates under one prefix.</summary>
internal sealed class IndexNames(string prefix)
{
    /// <summary>Builds (copies of receipts) and logs.</summary>
    internal string Builds { get; } = $"{prefix}-builds";

    /// <summary>Documents that the engine refused for good.</summary>
    internal string Dead { get; } = $"{prefix}-dead";

    /// <summary>Every index of lines.</summary>
    internal string AllLines { get; } = $"{prefix}-lines-*";

    internal string Template(string name) => $"{prefix}-{name}";

    /// <summary>The index of the lines of one index day.</summary>
    internal string Lines(DateOnly day) => $"{prefix}-lines-{day.ToString("yyyy.MM.dd", CultureInfo.InvariantCulture)}";

    /// <summary>The day of an index of lines; null for any other name.</summary>
    internal DateOnly? DayOf(string index)
    {
        var start = $"{prefix}-lines-";
        return index.StartsWith(start, StringComparison.Ordinal)
            && DateOnly.TryParseExact(index.AsSpan(start.Length), "yyyy.MM.dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;
    }
}
