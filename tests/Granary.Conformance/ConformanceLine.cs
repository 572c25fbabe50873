using Granary.Core.Model;

namespace Granary.Conformance;

/// <summary>A line; of several parts where it is to be stored as a long line is.</summary>
/// <param name="Severity">What the line says of itself, the same for all parts.</param>
/// <param name="Time">Its own or carried time; null where none was seen.</param>
/// <param name="Parts">The text of each entry.</param>
public sealed record ConformanceLine(Severity Severity, DateTimeOffset? Time, IReadOnlyList<string> Parts)
{
    /// <summary>The whole line.</summary>
    public string Text => string.Concat(Parts);
}
