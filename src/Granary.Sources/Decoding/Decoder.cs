namespace Granary.Sources.Decoding;

/// <summary>One compressed format, from span to span. Checksums are verified where the format has them.</summary>
internal abstract class Decoder : IDisposable
{
    /// <summary>The format's name for messages.</summary>
    public abstract string Name { get; }

    /// <summary>Takes what it can from <paramref name="source"/>; with an empty one it gives what it still holds.</summary>
    public abstract DecodeStatus Decode(ReadOnlySpan<byte> source, Span<byte> target, out int consumed, out int written);

    /// <summary>Whether another member may begin with this byte after one has ended.</summary>
    public abstract bool CanBegin(byte first);

    /// <summary>Makes ready for the next member.</summary>
    public abstract void Reset();

    public abstract void Dispose();
}
