using System.Numerics;

namespace Granary.Blocks.Format;

/// <summary>Writes bits, the least significant first, into a <see cref="ByteSink"/>.</summary>
internal sealed class BitSink(ByteSink sink)
{
    private ulong pending;
    private int count;

    /// <summary>The low <paramref name="width"/> (0 to 32) bits of <paramref name="value"/>.</summary>
    public void Bits(uint value, int width)
    {
        pending |= ((ulong)value & ((1UL << width) - 1)) << count;
        count += width;
        if (count >= 32)
        {
            sink.Fixed32((uint)pending);
            pending >>= 32;
            count -= 32;
        }
    }

    /// <summary>Elias gamma of a value from 1: as many zeros as bits follow its first one.</summary>
    public void Gamma(uint value)
    {
        var width = BitOperations.Log2(value);
        Bits(0, width);
        Bits(1, 1);
        Bits(value, width);
    }

    /// <summary>Rice code: the quotient by 2^<paramref name="parameter"/> as ones and a zero, then the remainder.</summary>
    public void Rice(uint value, int parameter)
    {
        for (var quotient = value >> parameter; quotient > 0;)
        {
            var ones = (int)Math.Min(quotient, 31);
            Bits(uint.MaxValue, ones);
            quotient -= (uint)ones;
        }

        Bits(0, 1);
        Bits(value, parameter);
    }

    /// <summary>Pads to a whole byte.</summary>
    public void End()
    {
        for (; count > 0; count -= 8)
        {
            sink.Byte((byte)pending);
            pending >>= 8;
        }

        (pending, count) = (0, 0);
    }
}
