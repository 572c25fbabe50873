using System.Text;
using Granary.Core.Text;

namespace Granary.Elastic.Writing;

/// <summary>
/// A label as one keyword, <c>name=value</c>. Keywords are compared without case, names with: so a character of the name that folding
/// changes, and <c>=</c> itself, stand behind U+0001.
/// </summary>
internal static class LabelText
{
    internal static string Of(string name, string value) => Name(name) + value;

    /// <summary>What every label of this name begins with.</summary>
    internal static string Name(string name)
    {
        var text = new StringBuilder();
        foreach (var rune in name.EnumerateRunes())
        {
            text.Append(rune.Value <= 1 || rune.Value == '=' || SimpleLowercase.Of(rune) != rune ? "\u0001" : "").Append(rune.ToString());
        }

        return text.Append('=').ToString();
    }

    /// <summary>Reads what <see cref="Of"/> writes.</summary>
    internal static (string Name, string Value) Parse(string text)
    {
        var name = new StringBuilder();
        var position = 0;
        while (position < text.Length && text[position] != '=')
        {
            position += text[position] == '\u0001' ? 1 : 0;
            name.Append(text[position++]);
        }

        return (name.ToString(), text[(position + 1)..]);
    }
}
