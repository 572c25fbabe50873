using System.Buffers;
using System.Text;

namespace Granary.Output;

/// <summary>Log text is untrusted: on a terminal its control characters are shown as U+FFFD, so that a log cannot steer the terminal.</summary>
internal static class TerminalText
{
    private static readonly SearchValues<byte> Suspicious = SearchValues.Create(
        [.. Enumerable.Range(0, 32).Where(b => b != '\t').Select(b => (byte)b), 0x7f, 0xc2]);

    /// <summary>A line of names, which come from the CI as log text does.</summary>
    public static void WriteLine(OutputBuffer output, string text, bool isTerminal)
    {
        Write(output, Encoding.UTF8.GetBytes(text), isTerminal);
        output.EndLine();
    }

    public static void Write(OutputBuffer output, ReadOnlySpan<byte> text, bool isTerminal)
    {
        while (isTerminal && text.IndexOfAny(Suspicious) is var at and >= 0)
        {
            var isPair = text[at] == 0xc2;
            var isControl = !isPair || (at + 1 < text.Length && text[at + 1] is >= 0x80 and <= 0x9f);
            output.Write(text[..at]);
            output.Write(isControl ? "\uFFFD"u8 : text.Slice(at, 1));
            text = text[(at + (isPair && isControl ? 2 : 1))..];
        }

        output.Write(text);
    }
}
