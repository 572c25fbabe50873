using System.CommandLine;

namespace Granary.Verbs;

/// <summary><c>--output text|json</c>, of every verb that lists.</summary>
internal static class OutputOption
{
    public static Option<string> Create() => ChoiceOption.Create("--output", "text, or json: one object a line", ["text", "json"], "-o");

    public static bool IsJson(ParseResult call, Option<string> option) => call.GetValue(option) == "json";
}
