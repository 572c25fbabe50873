using System.Text;
using Granary.Core.Text;

namespace Granary.Core.Queries;

/// <summary>
/// The value of a <see cref="FieldNode"/>, ready to be compared: without case, the whole value, <c>*</c> for any characters.
/// <c>\*</c> is a star and <c>\\</c> a backslash; any other backslash stands for itself.
/// </summary>
public sealed class FieldPattern
{
    private const int StackBytes = 256;

    private readonly byte[][] literals;

    /// <summary>Reads the pattern.</summary>
    public FieldPattern(string value)
        : this(value, fold: true)
    {
    }

    internal FieldPattern(string value, bool fold)
    {
        var pieces = Split(value);
        Literals = fold ? pieces.ConvertAll(Folding.Fold) : pieces;
        literals = [.. Literals.Select(Encoding.UTF8.GetBytes)];
    }

    /// <summary>
    /// The folded text between the stars, one more than there are stars, the first and last empty where the pattern begins and ends
    /// with one: <c>*a**b</c> is "", "a", "", "b".
    /// </summary>
    public IReadOnlyList<string> Literals { get; }

    /// <summary>True if there is no star: the value is <see cref="Literals"/>[0], folded.</summary>
    public bool IsExact => literals.Length == 1;

    /// <summary>Makes text a pattern that matches just itself (but for case).</summary>
    public static string Escape(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("*", "\\*", StringComparison.Ordinal);

    /// <summary>True if the whole value fulfils the pattern; a value that is not there (null) never does.</summary>
    public bool Matches(string? value)
    {
        if (value is null)
        {
            return false;
        }

        var size = Encoding.UTF8.GetMaxByteCount(value.Length);
        Span<byte> utf8 = size <= StackBytes ? stackalloc byte[StackBytes] : new byte[size];
        utf8 = utf8[..Encoding.UTF8.GetBytes(value, utf8)];
        Span<byte> folded = size <= StackBytes ? stackalloc byte[Folding.MaxLength(StackBytes)] : new byte[Folding.MaxLength(size)];
        return MatchesFolded(folded[..Folding.Fold(utf8, folded)]);
    }

    private bool MatchesFolded(ReadOnlySpan<byte> value)
    {
        var (first, last) = (literals[0], literals[^1]);
        if (IsExact)
        {
            return value.SequenceEqual(first);
        }

        if (value.Length < first.Length + last.Length || !value.StartsWith(first) || !value.EndsWith(last))
        {
            return false;
        }

        value = value[first.Length..^last.Length];
        foreach (var literal in literals.AsSpan(1, literals.Length - 2))
        {
            var found = value.IndexOf(literal);
            if (found < 0)
            {
                return false;
            }

            value = value[(found + literal.Length)..];
        }

        return true;
    }

    private static List<string> Split(string value)
    {
        var pieces = new List<string>();
        var piece = new StringBuilder();
        for (var index = 0; index < value.Length; index++)
        {
            var escaped = value[index] == '\\' && index + 1 < value.Length && value[index + 1] is '*' or '\\';
            if (escaped)
            {
                piece.Append(value[++index]);
            }
            else if (value[index] == '*')
            {
                pieces.Add(piece.ToString());
                piece.Clear();
            }
            else
            {
                piece.Append(value[index]);
            }
        }

        pieces.Add(piece.ToString());
        return pieces;
    }
}
