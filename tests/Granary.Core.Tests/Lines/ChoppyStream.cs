namespace Granary.Core.Tests.Lines;

/// <summary>Gives its bytes in reads of random sizes, then ends or throws.</summary>
internal sealed class ChoppyStream(byte[] content, Random? random = null, Exception? end = null, int longest = 700) : Stream
{
    private int at;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => at; set => throw new NotSupportedException(); }

    public override int Read(Span<byte> buffer)
    {
        var size = Math.Min(Math.Min(buffer.Length, content.Length - at), random?.Next(1, longest) ?? int.MaxValue);
        if (size == 0 && end is not null)
        {
            throw end;
        }

        content.AsSpan(at, size).CopyTo(buffer);
        at += size;
        return size;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new(Read(buffer.Span));
    }

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
