using System.CommandLine;
using System.Globalization;

namespace Granary.Verbs;

/// <summary>Options that take a whole number; the error names the option and what it takes.</summary>
internal static class NumberOption
{
    public static Option<int> Create(
        string name, string description, int usual, int least = 0, int most = int.MaxValue, string? alias = null) =>
        new(name, alias is null ? [] : [alias])
        {
            Description = description,
            HelpName = "N",
            DefaultValueFactory = _ => usual,
            CustomParser = result =>
            {
                var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
                if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
                    && number >= least && number <= most)
                {
                    return number;
                }

                result.AddError(most == int.MaxValue
                    ? $"{name}: '{text}' is not a whole number of {least} or more"
                    : $"{name}: '{text}' is not a whole number from {least} to {most}");
                return usual;
            },
        };
}
