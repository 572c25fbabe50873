using System.Buffers.Text;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Granary.Elastic.Writing;

/// <summary>
/// The place of the entry being written, as text: counted on in its digits, and in the one character of the id that fifteen of sixteen
/// lines change. Not for threads to share.
/// </summary>
internal sealed class LineNumbers
{
    private const int MaxDigits = 20;

    /// <summary>Bytes that <see cref="WriteNumber"/> may overwrite.</summary>
    internal const int NumberRoom = 32;

    /// <summary>Where in the id the line's four lowest bits stand, above two bits of the part: see <see cref="LineIds"/>.</summary>
    private const int LowestBits = 6;

    private readonly byte[] id = new byte[16];
    private readonly byte[] digits = new byte[NumberRoom];
    private int length;

    internal long Line { get; private set; }

    internal int Part { get; private set; }

    private static ReadOnlySpan<byte> Alphabet => "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"u8;

    internal void MoveTo(long line, int part)
    {
        (Line, Part) = (line, part);
        LineIds.WriteLine(line, part, id);
        Utf8Formatter.TryFormat(line, digits.AsSpan(0, MaxDigits), out length);
    }

    /// <summary>To the next part of the line.</summary>
    internal void NextPart() => MoveTo(Line, Part + 1);

    internal void NextLine()
    {
        var last = length - 1;
        if ((Line & 15) == 15 || Part != 0 || digits[last] == '9')
        {
            MoveTo(Line + 1, 0);
            return;
        }

        Line++;
        digits[last]++;
        id[LowestBits] = Alphabet[(int)(Line & 15) << 2];
    }

    /// <summary>Writes <see cref="LineIds.LineLength"/> characters.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void WriteId(Span<byte> destination) => id.AsSpan(0, LineIds.LineLength).CopyTo(destination);

    /// <summary>Returns the bytes of the number; overwrites <see cref="NumberRoom"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal int WriteNumber(Span<byte> destination)
    {
        MemoryMarshal.Write(destination, Unsafe.As<byte, NumberBytes>(ref MemoryMarshal.GetArrayDataReference(digits)));
        return length;
    }

    [InlineArray(NumberRoom)]
    private struct NumberBytes
    {
        private byte first;
    }
}
