using System.Buffers;
using System.Text.Unicode;
using Granary.Core.Masking;

namespace Granary.Core.Lines;

/// <summary>
/// Finds the lines in raw bytes. A line that lies whole in one read and needs no work goes straight to the chunk; every other
/// passes through <see cref="LineText"/>, which decides the same by the same rules, a run of bytes at a time.
/// </summary>
internal sealed class LineNormaliser : IDisposable
{
    private static readonly SearchValues<byte> Special = SearchValues.Create("\n\r\u001b"u8);
    private static ReadOnlySpan<byte> Mark => [0xEF, 0xBB, 0xBF];

    private readonly ChunkBuilder chunks;
    private readonly LineMask? mask;
    private readonly LineText text;
    private bool inLine;
    private int markBytes;

    /// <param name="chunks">Takes the lines.</param>
    /// <param name="masker">Masks them; null for none.</param>
    /// <param name="position">Raw bytes of the log before the first that is fed.</param>
    public LineNormaliser(ChunkBuilder chunks, Masker? masker, long position)
    {
        (this.chunks, Position) = (chunks, position);
        mask = masker?.Open();
        text = new LineText(chunks, mask);
        markBytes = position == 0 ? 0 : Mark.Length;
    }

    /// <summary>Raw bytes of the log before the next that is fed.</summary>
    public long Position { get; private set; }

    public void Feed(ReadOnlySpan<byte> raw)
    {
        chunks.Fed = Position + raw.Length;
        if (markBytes < Mark.Length && !SkipMark(ref raw))
        {
            return;
        }

        if (inLine)
        {
            var end = raw.IndexOf((byte)'\n') + 1;
            if (end == 0)
            {
                text.Feed(raw);
                Position += raw.Length;
                return;
            }

            Continue(raw[..end]);
            raw = raw[end..];
        }

        var whole = raw.LastIndexOf((byte)'\n') + 1;
        FeedLines(raw[..whole]);
        if (whole < raw.Length)
        {
            Begin();
            text.Feed(raw[whole..]);
            Position += raw.Length - whole;
        }
    }

    /// <summary>Ends the last line, where one was begun, and makes the last chunk.</summary>
    public void Finish()
    {
        if (markBytes is > 0 and < 3 && Position == markBytes)
        {
            Position = 0;
            Begin();
            text.Feed(Mark[..markBytes]);
            Position = markBytes;
        }

        var open = inLine;
        if (open)
        {
            text.End();
            inLine = false;
        }

        chunks.Finish(Position, resumable: !open && text.Idle);
    }

    public void Dispose()
    {
        text.Dispose();
        mask?.Dispose();
    }

    /// <summary>Whole lines, in one block: valid UTF-8 and what may be secret are looked for over all of it.</summary>
    private void FeedLines(ReadOnlySpan<byte> block)
    {
        var valid = Utf8.IsValid(block);
        var suspect = mask?.Probe(block, 0) ?? int.MaxValue;
        for (var start = 0; start < block.Length;)
        {
            var length = block[start..].IndexOfAny(Special);
            var next = start + length + 1;
            if (block[next - 1] == '\r' && block[next] == '\n')
            {
                next++;
            }
            else if (block[next - 1] != '\n')
            {
                next += block[next..].IndexOf((byte)'\n') + 1;
                length = -1;
            }

            if (length is < 0 or > LineText.SegmentBytes || (!valid && !Utf8.IsValid(block.Slice(start, length))))
            {
                Begin();
                Continue(block[start..next]);
            }
            else
            {
                chunks.BeginLine(Position, text.Idle);
                text.AddWhole(block.Slice(start, length), suspect < next);
                chunks.EndLine();
                Position += next - start;
            }

            if (suspect < next)
            {
                suspect = mask!.Probe(block, next);
            }

            start = next;
        }
    }

    private void Begin()
    {
        inLine = true;
        chunks.BeginLine(Position, text.Idle);
    }

    /// <summary>The rest of the line in work, its LF included.</summary>
    private void Continue(ReadOnlySpan<byte> rest)
    {
        text.Feed(rest[..^1]);
        text.End();
        Position += rest.Length;
        inLine = false;
    }

    /// <summary>False while all that was fed can still be the start of a byte order mark.</summary>
    private bool SkipMark(ref ReadOnlySpan<byte> raw)
    {
        while (!raw.IsEmpty && raw[0] == Mark[markBytes])
        {
            raw = raw[1..];
            Position++;
            if (++markBytes == Mark.Length)
            {
                return true;
            }
        }

        if (raw.IsEmpty)
        {
            return false;
        }

        if (markBytes > 0)
        {
            Position = 0;
            Begin();
            text.Feed(Mark[..markBytes]);
            Position = markBytes;
        }

        markBytes = Mark.Length;
        return true;
    }
}
