using System.CommandLine;
using System.Runtime.CompilerServices;
using Granary.Output;

namespace Granary.Verbs;

/// <summary>Examples and exit codes of a verb: shown below its own help, not in the list of all verbs.</summary>
internal static class VerbGuide
{
    private static readonly ConditionalWeakTable<Command, string> Texts = [];

    public static void Set(Command verb, string text) => Texts.Add(verb, text);

    public static void Write(Command verb)
    {
        if (Texts.TryGetValue(verb, out var text))
        {
            StandardOutput.Text.WriteLine(text);
        }
    }
}
