using System.CommandLine;

namespace Granary.Verbs;

/// <summary>Options that take one of a few words, the first of them unless told.</summary>
internal static class ChoiceOption
{
    public static Option<string> Create(string name, string description, string[] words, string? alias = null)
    {
        var option = new Option<string>(name, alias is null ? [] : [alias])
        {
            Description = description,
            HelpName = string.Join('|', words),
            DefaultValueFactory = _ => words[0],
        };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && !words.Contains(result.Tokens[0].Value))
            {
                result.AddError($"{name}: '{result.Tokens[0].Value}' is none of {string.Join(", ", words)}");
            }
        });
        return option;
    }
}
