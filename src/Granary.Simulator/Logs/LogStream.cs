namespace Granary.Simulator.Logs;

/// <summary>The decoded bytes of a log from an offset on, made as they are read.</summary>
internal sealed class LogStream : Stream
{
    private const int BatchBytes = 64 * 1024;

    private readonly LogFile _file;
    private readonly LineBuffer _buffer;
    private readonly LogLines _lines;
    private int _taken;
    private long _position;

    public LogStream(LogFile file, long offset = 0)
    {
        _file = file;

        // Room for a batch and the line that completes it; small logs, of which there are millions, take little.
        _buffer = new LineBuffer(wantText: false, (int)Math.Min(file.RawBytes + 1024, BatchBytes + (16 * 1024)));
        _position = offset;
        var segment = offset / SegmentComposer.SegmentBytes;
        _lines = new LogLines(file, segment);
        var skip = offset - (segment * SegmentComposer.SegmentBytes);
        while (skip > 0 && Fill())
        {
            _taken = (int)Math.Min(skip, _buffer.Raw.Length);
            skip -= _taken;
        }
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => _file.RawBytes;

    public override long Position { get => _position; set => throw new NotSupportedException(); }

    public override int Read(Span<byte> buffer)
    {
        if (_taken == _buffer.Raw.Length && !Fill())
        {
            return 0;
        }

        var part = _buffer.Raw[_taken..];
        part = part[..Math.Min(part.Length, buffer.Length)];
        part.CopyTo(buffer);
        _taken += part.Length;
        _position += part.Length;
        return part.Length;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        cancellationToken.IsCancellationRequested ? ValueTask.FromCanceled<int>(cancellationToken) : new(Read(buffer.Span));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private bool Fill()
    {
        _buffer.Clear();
        _taken = 0;
        while (_buffer.Raw.Length < BatchBytes && _lines.Next(_buffer))
        {
        }

        return _buffer.Raw.Length > 0;
    }
}
