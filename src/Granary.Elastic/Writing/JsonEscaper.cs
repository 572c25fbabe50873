using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Granary.Elastic.Writing;

/// <summary>
/// Writes UTF-8 text as the inside of a JSON string (RFC 8259, 7): only what must be escaped is. Thirty-two bytes are copied at a
/// time and looked at while they are at hand; what follows a character to escape is copied again, which is rare in logs.
/// </summary>
internal static class JsonEscaper
{
    /// <summary>Bytes beyond the text's own end that may be overwritten.</summary>
    internal const int Slack = 32;

    private static ReadOnlySpan<byte> Hex => "0123456789abcdef"u8;

    /// <summary>The room that any text of this length needs.</summary>
    internal static int Room(int length) => (6 * length) + Slack;

    /// <summary>Returns the bytes written.</summary>
    /// <param name="source">Valid UTF-8; otherwise the output is as invalid. What follows the text is read as well, and does not count.</param>
    /// <param name="length">Bytes of the text.</param>
    /// <param name="destination">At least <see cref="Room"/> bytes.</param>
    internal static int Escape(ReadOnlySpan<byte> source, int length, Span<byte> destination)
    {
        if (destination.Length < Room(length))
        {
            throw new ArgumentException($"escaping {length} bytes needs room for {Room(length)}", nameof(destination));
        }

        ref var first = ref MemoryMarshal.GetReference(source[..Math.Max(length, 0)]);
        ref var target = ref MemoryMarshal.GetReference(destination);
        var lastWide = source.Length - Vector256<byte>.Count;
        var (read, written) = (0, 0);
        while (read < length && read <= lastWide)
        {
            var bytes = Vector256.LoadUnsafe(ref first, (nuint)read);
            bytes.StoreUnsafe(ref target, (nuint)written);
            var wanted = Math.Min(length - read, Vector256<byte>.Count);
            var special = Special(bytes) & (uint)((1UL << wanted) - 1);
            if (special == 0)
            {
                read += wanted;
                written += wanted;
                continue;
            }

            var clean = BitOperations.TrailingZeroCount(special);
            read += clean;
            written += clean;
            written += Write(Unsafe.Add(ref first, read++), ref Unsafe.Add(ref target, written));
        }

        for (; read < length; read++)
        {
            var value = Unsafe.Add(ref first, read);
            if (value >= 0x20 && value != '"' && value != '\\')
            {
                Unsafe.Add(ref target, written++) = value;
            }
            else
            {
                written += Write(value, ref Unsafe.Add(ref target, written));
            }
        }

        return written;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Special(Vector256<byte> bytes)
    {
        var control = Vector256.Equals(Vector256.Min(bytes, Vector256.Create((byte)0x1f)), bytes);
        var quote = Vector256.Equals(bytes, Vector256.Create((byte)'"'));
        var backslash = Vector256.Equals(bytes, Vector256.Create((byte)'\\'));
        return (control | quote | backslash).ExtractMostSignificantBits();
    }

    private static int Write(byte value, ref byte target)
    {
        target = (byte)'\\';
        var letter = value switch
        {
            (byte)'"' => (byte)'"',
            (byte)'\\' => (byte)'\\',
            (byte)'\t' => (byte)'t',
            (byte)'\n' => (byte)'n',
            (byte)'\r' => (byte)'r',
            8 => (byte)'b',
            12 => (byte)'f',
            _ => (byte)'u',
        };
        Unsafe.Add(ref target, 1) = letter;
        if (letter != 'u')
        {
            return 2;
        }

        Unsafe.Add(ref target, 2) = (byte)'0';
        Unsafe.Add(ref target, 3) = (byte)'0';
        Unsafe.Add(ref target, 4) = Hex[value >> 4];
        Unsafe.Add(ref target, 5) = Hex[value & 15];
        return 6;
    }
}
