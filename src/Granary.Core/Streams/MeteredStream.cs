using Granary.Core.Capacity;

namespace Granary.Core.Streams;

/// <summary>Counts the time and bytes of reads as work of one stage, within the work of the stage that asks for them.</summary>
internal sealed class MeteredStream(Stream inner, StageMeter meter, StageMeter asking) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        using var away = asking.Away();
        using var busy = meter.Busy();
        var read = await inner.ReadAsync(buffer, cancellationToken);
        meter.Passed(0, read);
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
