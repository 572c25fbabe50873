using System.Globalization;

namespace Granary.Core.Queries;

/// <summary>The names that can stand before a <c>:</c> in a query.</summary>
public static class QueryFields
{
    public const string Source = "source";
    public const string Job = "job";
    public const string Project = "project";
    public const string Pipeline = "pipeline";
    public const string Branch = "branch";
    public const string Change = "change";
    public const string Result = "result";
    public const string Build = "build";
    public const string File = "file";
    public const string Attempt = "attempt";

    /// <summary>What the name of a label stands behind: <c>label.NAME:value</c>.</summary>
    public const string LabelPrefix = "label.";

    public const string Severity = "severity";
    internal const string Since = "since";
    internal const string Until = "until";

    /// <summary>The fields of builds and logs, labels not included.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [Source, Job, Project, Pipeline, Branch, Change, Result, Build, File, Attempt];

    internal static string Listed => string.Join(", ", Names) + ", label.NAME, severity, since, until";

    /// <summary>True for a field of builds or logs, and for <c>label.NAME</c>.</summary>
    public static bool IsField(string name) =>
        Names.Contains(name) || (name.Length > LabelPrefix.Length && name.StartsWith(LabelPrefix, StringComparison.Ordinal));

    /// <summary>
    /// The field that a name was probably meant to be: one letter too many, one missing, or two swapped. Another letter in one's
    /// place does not count, so that <c>line:5</c> stays text.
    /// </summary>
    internal static string? Nearest(string name) =>
        Names.Append(Severity).Append(Since).Append(Until).Append("label").FirstOrDefault(known => IsSlip(name, known));

    private static bool IsSlip(string name, string known) => (name.Length - known.Length) switch
    {
        1 => LacksOne(name, known),
        -1 => LacksOne(known, name),
        0 => IsSwapped(name, known),
        _ => false,
    };

    private static bool LacksOne(string longer, string shorter) =>
        Enumerable.Range(0, longer.Length).Any(position => longer.Remove(position, 1) == shorter);

    private static bool IsSwapped(string name, string known)
    {
        var first = name.AsSpan().CommonPrefixLength(known);
        return first + 1 < name.Length && name[first] == known[first + 1] && name[first + 1] == known[first]
            && name.AsSpan(first + 2).SequenceEqual(known.AsSpan(first + 2));
    }

    /// <summary>What a build and its log have for a field; null for nothing.</summary>
    public static string? ValueOf(string field, Model.Build build, string? file) => field switch
    {
        Source => build.Key.Source,
        Job => build.Job,
        Project => build.Project,
        Pipeline => build.Pipeline,
        Branch => build.Branch,
        Change => build.Change,
        Result => build.Result,
        QueryFields.Build => build.Key.Id,
        File => file,
        Attempt => build.Key.Attempt.ToString(CultureInfo.InvariantCulture),
        _ => build.Labels.TryGetValue(field[LabelPrefix.Length..], out var label) ? label : null,
    };
}
