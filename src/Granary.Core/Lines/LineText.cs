using System.Buffers;
using System.Text;
using System.Text.Unicode;
using Granary.Core.Chunks;
using Granary.Core.Masking;

namespace Granary.Core.Lines;

/// <summary>
/// The text of one line that comes in pieces: repairs UTF-8, removes ANSI sequences, chooses among CR segments, cuts what is too
/// long to hold. Knows where pieces begin and end only to find the next byte: the result does not depend on it.
/// </summary>
internal sealed class LineText : IDisposable
{
    /// <summary>A segment of more bytes than this is committed: it stays in the line whatever follows.</summary>
    public const int SegmentBytes = 64 * 1024;

    private static readonly SearchValues<byte> CrOrEsc = SearchValues.Create("\r\u001b"u8);
    private static ReadOnlySpan<byte> Replacement => [0xEF, 0xBF, 0xBD];

    private readonly ChunkBuilder chunks;
    private readonly LineMask? mask;
    private readonly byte[] partial = new byte[4];
    private int partialBytes;
    private AnsiState ansi;

    private byte[] segment = ArrayPool<byte>.Shared.Rent(SegmentBytes);
    private int segmentBytes;
    private bool segmentEnded;
    private bool committing;
    private bool committed;

    private byte[] part = [];
    private int partBytes;

    public LineText(ChunkBuilder chunks, LineMask? mask) => (this.chunks, this.mask) = (chunks, mask);

    /// <summary>True where no state is carried from line to line.</summary>
    public bool Idle => mask is null || !mask.InKey;

    /// <summary>Adds a line that needs no work and is no longer than <see cref="SegmentBytes"/>.</summary>
    /// <param name="line">The line.</param>
    /// <param name="suspect">It may hold a secret.</param>
    public void AddWhole(ReadOnlySpan<byte> line, bool suspect) =>
        chunks.Add(mask is not null && (suspect || mask.InKey) ? mask.Apply(line) : line);

    /// <summary>Takes the next raw bytes of the line; none of them is LF.</summary>
    public void Feed(ReadOnlySpan<byte> raw)
    {
        while (partialBytes > 0 && !raw.IsEmpty)
        {
            partial[partialBytes++] = raw[0];
            var status = Rune.DecodeFromUtf8(partial.AsSpan(0, partialBytes), out _, out var used);
            if (status == OperationStatus.NeedMoreData)
            {
                raw = raw[1..];
                continue;
            }

            // An invalid subpart ends before the byte that does not fit, which starts something else.
            var done = status == OperationStatus.Done;
            raw = done ? raw[1..] : raw;
            partialBytes = 0;
            Take(done ? partial.AsSpan(0, used) : Replacement);
        }

        while (!raw.IsEmpty)
        {
            var valid = ValidPrefix(raw, out var invalid);
            Take(raw[..valid]);
            raw = raw[valid..];
            if (invalid > 0)
            {
                Take(Replacement);
                raw = raw[invalid..];
            }
            else if (!raw.IsEmpty)
            {
                raw.CopyTo(partial);
                partialBytes = raw.Length;
                return;
            }
        }
    }

    /// <summary>Ends the line and adds it.</summary>
    public void End()
    {
        if (partialBytes > 0)
        {
            partialBytes = 0;
            Take(Replacement);
        }

        if (committing)
        {
            EndCommitted();
        }
        else if (segmentBytes > 0 || !committed)
        {
            AddWhole(segment.AsSpan(0, segmentBytes), suspect: true);
        }

        chunks.EndLine();
        (ansi, segmentBytes, segmentEnded, committed) = (default, 0, false, false);
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(segment);
        segment = [];
        if (part.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(part);
            part = [];
        }
    }

    /// <summary>
    /// The length of the longest valid prefix, and of the maximal invalid subpart after it; that is 0 where the bytes end, or
    /// end inside what may still become a code point.
    /// </summary>
    private static int ValidPrefix(ReadOnlySpan<byte> raw, out int invalid)
    {
        invalid = 0;
        if (Utf8.IsValid(raw))
        {
            return raw.Length;
        }

        var valid = 0;
        while (true)
        {
            var ascii = raw[valid..].IndexOfAnyInRange((byte)0x80, (byte)0xFF);
            if (ascii < 0)
            {
                return raw.Length;
            }

            valid += ascii;
            var status = Rune.DecodeFromUtf8(raw[valid..], out _, out var used);
            if (status != OperationStatus.Done)
            {
                invalid = status == OperationStatus.InvalidData ? used : 0;
                return valid;
            }

            valid += used;
        }
    }

    /// <summary>Takes valid UTF-8.</summary>
    private void Take(ReadOnlySpan<byte> valid)
    {
        while (!valid.IsEmpty)
        {
            if (ansi.Active)
            {
                var used = ansi.Take(valid);
                valid = valid[used..];
                continue;
            }

            var special = valid.IndexOfAny(CrOrEsc);
            if (special < 0)
            {
                Append(valid);
                return;
            }

            Append(valid[..special]);
            if (valid[special] == '\r')
            {
                EndSegment();
            }
            else
            {
                ansi.Begin();
            }

            valid = valid[(special + 1)..];
        }
    }

    private void EndSegment()
    {
        if (committing)
        {
            EndCommitted();
        }

        segmentEnded = true;
    }

    private void Append(ReadOnlySpan<byte> valid)
    {
        if (valid.IsEmpty)
        {
            return;
        }

        if (segmentEnded)
        {
            (segmentEnded, segmentBytes) = (false, 0);
        }

        while (segmentBytes + valid.Length > SegmentBytes)
        {
            var room = SegmentBytes - segmentBytes;
            valid[..room].CopyTo(segment.AsSpan(segmentBytes));
            segmentBytes = SegmentBytes;
            valid = valid[room..];
            committing = committed = true;
            Release();
        }

        valid.CopyTo(segment.AsSpan(segmentBytes));
        segmentBytes += valid.Length;
    }

    /// <summary>Passes on what of a committed segment is certain by now.</summary>
    private void Release()
    {
        var used = segmentBytes;
        ReadOnlySpan<byte> window = segment.AsSpan(0, segmentBytes);
        AppendPart(mask is null ? window : mask.ApplyWindow(window, last: false, out used));
        Drop(segment, ref segmentBytes, used);
    }

    private void EndCommitted()
    {
        while (segmentBytes > 0)
        {
            var used = segmentBytes;
            ReadOnlySpan<byte> window = segment.AsSpan(0, segmentBytes);
            AppendPart(mask is null ? window : mask.ApplyWindow(window, last: true, out used));
            Drop(segment, ref segmentBytes, used);
        }

        mask?.EndWindows();
        if (partBytes > 0)
        {
            chunks.Add(part.AsSpan(0, partBytes));
        }

        (committing, partBytes) = (false, 0);
    }

    private void AppendPart(ReadOnlySpan<byte> text)
    {
        part = part.Length > 0 ? part : ArrayPool<byte>.Shared.Rent(2 * Chunk.MaxEntryBytes);
        while (!text.IsEmpty)
        {
            var size = Math.Min(text.Length, part.Length - partBytes);
            text[..size].CopyTo(part.AsSpan(partBytes));
            partBytes += size;
            text = text[size..];
            while (partBytes > Chunk.MaxEntryBytes)
            {
                var entry = ChunkBuilder.PartLength(part.AsSpan(0, partBytes));
                chunks.Add(part.AsSpan(0, entry));
                Drop(part, ref partBytes, entry);
            }
        }
    }

    private static void Drop(byte[] buffer, ref int bytes, int front)
    {
        buffer.AsSpan(front, bytes - front).CopyTo(buffer);
        bytes -= front;
    }
}
