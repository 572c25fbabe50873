using System.Text;

namespace Granary.Simulator.Logs;

/// <summary>All lines of a file from a segment on, whatever the file is made of.</summary>
internal sealed class LogLines(LogFile file, long segment)
{
    private const int BlobPiece = 16 * 1024;

    private readonly long _segments = (file.RawBytes + SegmentComposer.SegmentBytes - 1) / SegmentComposer.SegmentBytes;
    private SegmentComposer? _composer;
    private long _segment = segment;
    private long _blobAt = segment * SegmentComposer.SegmentBytes;
    private int _scripted;

    /// <summary>Adds the next line (of a file that has no lines: the next piece); false at the end.</summary>
    public bool Next(LineBuffer buffer) => file.Kind switch
    {
        LogKind.Scripted => NextScripted(buffer),
        LogKind.Binary or LogKind.Repeated => NextPiece(buffer),
        _ => NextComposed(buffer),
    };

    private bool NextComposed(LineBuffer buffer)
    {
        while (_segment < _segments)
        {
            _composer ??= new SegmentComposer(file, _segment);
            if (_composer.Next(buffer))
            {
                return true;
            }

            _composer = null;
            _segment++;
        }

        return false;
    }

    /// <summary>The bytes come with the first line; a line that the bytes do not have can not be told apart, nor need it be.</summary>
    private bool NextScripted(LineBuffer buffer)
    {
        var script = file.Script!;
        if (_scripted >= Math.Max(1, script.Lines.Count))
        {
            return false;
        }

        buffer.BeginLine();
        if (_scripted == 0)
        {
            buffer.RawOnly(script.Raw.Span[(int)Math.Min(_blobAt, script.Raw.Length)..]);
        }

        if (script.Lines.Count > 0)
        {
            buffer.TextOnly(Encoding.UTF8.GetBytes(script.Lines[_scripted]));
        }

        _scripted++;
        return true;
    }

    private bool NextPiece(LineBuffer buffer)
    {
        var length = (int)Math.Min(BlobPiece, file.RawBytes - _blobAt);
        if (length <= 0)
        {
            return false;
        }

        buffer.BeginLine();
        Span<byte> piece = stackalloc byte[BlobPiece];
        for (var i = 0; i < length; i += 8)
        {
            var bits = file.Kind == LogKind.Repeated ? 0x0A2E2E2E2E2E2E2E : SeededHash.Mix(file.Seed + (ulong)(_blobAt + i));
            BitConverter.TryWriteBytes(piece[i..], bits);
        }

        if (_blobAt == 0 && file.Kind == LogKind.Binary)
        {
            // PNG: the signature and the head of the first chunk.
            ReadOnlySpan<byte> signature = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52];
            signature.CopyTo(piece);
        }

        buffer.RawOnly(piece[..length]);
        _blobAt += length;
        return true;
    }
}
