using System.CommandLine;

namespace Granary.Verbs;

/// <summary><c>--output text|json</c>, of every verb that lists.</summary>
internal static class OutputOption
{
    public static Option<string> Create()
    {
        var option = new Option<string>("--output", "-o")
        {
            Description = "text, or json: one object a line",
            DefaultValueFactory = _ => "text",
            HelpName = "text|json",
        };
        option.AcceptOnlyFromAmong("text", "json");
        return option;
    }

    public static bool IsJson(ParseResult call, Option<string> option) => call.GetValue(option) == "json";
}
