using System.Buffers;
using System.Text;

namespace Granary.Output;

/// <summary>Log text is untrusted: on a terminal its control characters are shown as U+FFFD, so that a log cannot steer the terminal.</summary>
internal static class TerminalText
{
    private static readonly SearchValues<byte> Suspicious = SearchValues.Create(
        [.. Enumerable.Range(0, 32).Where(b => b != '\t').Select(b => (byte)b), 0x7f, 0xc2]);

    /// <summary>True for a terminal that shows colours, where nobody asked for none.</summary>
    public static bool HasColor() => !Console.IsOutputRedirected && !IsDumb()
        && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));

    /// <summary>True for a terminal that knows no sequences: <c>TERM=dumb</c>.</summary>
    public static bool IsDumb() => Environment.GetEnvironmentVariable("TERM") == "dumb";

    /// <summary>A message without control characters.</summary>
    public static string Plain(string text) => text.Any(char.IsControl)
        ? string.Concat(text.Select(letter => char.IsControl(letter) && letter != '\t' ? '\uFFFD' : letter))
        : text;

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
