using System.Buffers;
using System.Runtime.Intrinsics;
using System.Text;

namespace Granary.Core.Text;

/// <summary>Folds UTF-8 by <see cref="SimpleLowercase"/>; ASCII 32 bytes at a time. Bytes that are not UTF-8 stay as they are.</summary>
public static class Folding
{
    /// <summary>Most bytes that folding can make of <paramref name="length"/> bytes: U+023A grows from two to three.</summary>
    public static int MaxLength(int length) => length + (length / 2);

    /// <summary>Folds into <paramref name="destination"/> and returns the bytes written.</summary>
    /// <param name="utf8">The text.</param>
    /// <param name="destination">At least <see cref="MaxLength"/> bytes; must not overlap the text.</param>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    public static int Fold(ReadOnlySpan<byte> utf8, Span<byte> destination) => Fold(utf8, destination, out _);

    /// <summary>The folded text.</summary>
    public static string Fold(string text) => Encoding.UTF8.GetString(FoldToUtf8(text));

    /// <summary>The folded text in UTF-8.</summary>
    public static byte[] FoldToUtf8(string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        var folded = new byte[MaxLength(utf8.Length)];
        return folded[..Fold(utf8, folded)];
    }

    /// <summary>As the other; <paramref name="moved"/> is true if a character changed its length, so that offsets differ.</summary>
    internal static int Fold(ReadOnlySpan<byte> utf8, Span<byte> destination, out bool moved)
    {
        if (destination.Length < MaxLength(utf8.Length))
        {
            throw new ArgumentException($"folding {utf8.Length} bytes needs room for {MaxLength(utf8.Length)}", nameof(destination));
        }

        moved = false;
        var (read, written) = (0, 0);
        while (read < utf8.Length)
        {
            var ascii = FoldAscii(utf8[read..], destination[written..]);
            read += ascii;
            written += ascii;
            if (read < utf8.Length)
            {
                var length = FoldCharacter(utf8[read..], destination[written..], out var folded);
                moved |= length != folded;
                read += length;
                written += folded;
            }
        }

        return written;
    }

    /// <summary>Folds up to the first byte beyond ASCII; returns how many.</summary>
    private static int FoldAscii(ReadOnlySpan<byte> utf8, Span<byte> destination)
    {
        var position = 0;
        for (; utf8.Length - position >= Vector256<byte>.Count; position += Vector256<byte>.Count)
        {
            var bytes = Vector256.Create(utf8[position..]);
            if (bytes.ExtractMostSignificantBits() != 0)
            {
                break;
            }

            Lower(bytes).CopyTo(destination[position..]);
        }

        for (; position < utf8.Length && utf8[position] < 0x80; position++)
        {
            var value = utf8[position];
            destination[position] = (byte)((uint)(value - 'A') < 26 ? value + 32 : value);
        }

        return position;
    }

    private static Vector256<byte> Lower(Vector256<byte> bytes)
    {
        var fromA = bytes - Vector256.Create((byte)'A');
        var upper = Vector256.Equals(Vector256.Min(fromA, Vector256.Create((byte)25)), fromA);
        return bytes + (upper & Vector256.Create((byte)32));
    }

    private static int FoldCharacter(ReadOnlySpan<byte> utf8, Span<byte> destination, out int written)
    {
        if (Rune.DecodeFromUtf8(utf8, out var rune, out var length) == OperationStatus.Done)
        {
            written = new Rune(SimpleLowercase.Of(rune.Value)).EncodeToUtf8(destination);
        }
        else
        {
            utf8[..length].CopyTo(destination);
            written = length;
        }

        return length;
    }
}
