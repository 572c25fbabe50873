using System.Buffers;
using System.Text;
using Granary.Core.Model;

namespace Granary.State.Records;

/// <summary>
/// Writes the compact form of records: numbers as LEB128 (7 bits a byte, low first), signed ones zigzag, texts as UTF-8 behind
/// their length plus one (zero: no text).
/// </summary>
internal sealed class RecordWriter
{
    // Times of CIs are mostly whole seconds.
    internal const long Second = TimeSpan.TicksPerSecond;

    private readonly ArrayBufferWriter<byte> buffer = new(512);

    public ReadOnlySpan<byte> Written => buffer.WrittenSpan;

    public void Byte(byte value)
    {
        buffer.GetSpan(1)[0] = value;
        buffer.Advance(1);
    }

    public void Unsigned(ulong value)
    {
        var span = buffer.GetSpan(10);
        var length = 0;
        while (value >= 0x80)
        {
            span[length++] = (byte)(value | 0x80);
            value >>= 7;
        }

        span[length++] = (byte)value;
        buffer.Advance(length);
    }

    public void Count(int value) => Unsigned((ulong)value);

    public void Signed(long value) => Unsigned((ulong)((value << 1) ^ (value >> 63)));

    public void Text(string? text)
    {
        if (text is null)
        {
            Unsigned(0);
            return;
        }

        var length = Encoding.UTF8.GetByteCount(text);
        Unsigned((ulong)length + 1);
        var span = buffer.GetSpan(length + 1);
        buffer.Advance(Encoding.UTF8.GetBytes(text, span));
    }

    /// <summary>A text in which <paramref name="part"/> is written as a reference, where it occurs.</summary>
    public void TextAround(string? text, string part)
    {
        var at = text is null || part.Length == 0 ? -1 : text.IndexOf(part, StringComparison.Ordinal);
        Text(at < 0 ? text : text![..at]);
        if (text is not null)
        {
            Text(at < 0 ? null : text[(at + part.Length)..]);
        }
    }

    /// <summary>A time (in ticks) as its distance from another: a bit says whether it counts seconds or ticks.</summary>
    public void Near(long time, long other)
    {
        var distance = time - other;
        var zigzag = distance % Second == 0 ? distance / Second : distance;
        Unsigned(((ulong)((zigzag << 1) ^ (zigzag >> 63)) << 1) | (distance % Second == 0 ? 0UL : 1UL));
    }

    public void Hash(ContentHash hash)
    {
        Byte(hash == default ? (byte)0 : (byte)1);
        if (hash != default)
        {
            hash.Write(buffer.GetSpan(ContentHash.Size));
            buffer.Advance(ContentHash.Size);
        }
    }
}
