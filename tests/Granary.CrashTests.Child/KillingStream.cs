using Granary.Core.Ports;

namespace Granary.CrashTests.Child;

/// <summary>Reads a log up to the deadly byte, where there is one, and dies there.</summary>
internal sealed class KillingStream(Stream inner, long position, long breakAt, KillSwitch kill) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => position;
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        kill.Pass(KillPoints.Before("log.read"));
        if (breakAt > 0 && position + buffer.Length > breakAt)
        {
            buffer = position < breakAt ? buffer[..(int)(breakAt - position)] : throw new CiException("the transfer broke off");
        }

        if (kill.DeadlyByte is { } deadly && position < deadly && position + buffer.Length > deadly)
        {
            buffer = buffer[..(int)(deadly - position)];
        }

        var read = await inner.ReadAsync(buffer, cancellationToken);
        position += read;
        kill.Pass(KillPoints.After("log.read"));
        if (position == kill.DeadlyByte)
        {
            KillSwitch.Die();
        }

        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
