namespace Granary.Simulator.Logs;

/// <summary>Passes on the bytes of a window of what is written to it, and counts all.</summary>
internal sealed class WindowStream(Stream target, long offset, long count) : ForwardStream
{
    /// <summary>Bytes written so far, inside the window or not.</summary>
    public long Seen { get; private set; }

    /// <summary>True when nothing that follows would be passed on.</summary>
    public bool Full => Seen - offset >= count;

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        var (from, length) = Overlap(buffer.Length);
        if (length > 0)
        {
            target.Write(buffer.Slice(from, length));
        }
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var (from, length) = Overlap(buffer.Length);
        if (length > 0)
        {
            await target.WriteAsync(buffer.Slice(from, length), cancellationToken);
        }
    }

    private (int From, int Length) Overlap(int written)
    {
        var from = Math.Clamp(offset - Seen, 0, written);
        var length = Math.Clamp(count - Math.Max(0, Seen - offset), 0, written - from);
        Seen += written;
        return ((int)from, (int)length);
    }
}
