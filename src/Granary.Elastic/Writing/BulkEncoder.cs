using System.Buffers.Text;
using System.Runtime.CompilerServices;
using System.Text;
using Granary.Core.Chunks;
using Granary.Core.Model;
using Granary.Core.Queries;

namespace Granary.Elastic.Writing;

/// <summary>
/// Writes chunks' entries into bulk bodies, straight from their bytes: the log's start is copied whole, what is short with wide stores, the
/// text while it is looked at. Not for threads to share.
/// </summary>
internal sealed class BulkEncoder(IndexNames names)
{
    /// <summary>The most that an entry takes beside the log's start and its text.</summary>
    private const int EntryRoom = 2048;

    private static readonly PaddedText[] Levels =
    [
        .. Enum.GetValues<Severity>().Select(severity => new PaddedText(Encoding.ASCII.GetBytes(
            severity == Severity.None ? ",\"message\":\"" : $",\"log.level\":\"{SeverityNames.Of(severity)}\",\"message\":\""))),
    ];

    private readonly ConditionalWeakTable<LogIdentity, LinePrefix> prefixes = [];
    private readonly LineNumbers numbers = new();
    private readonly LineTime lineTime = new();

    /// <summary>The index of the log's lines.</summary>
    internal string IndexOf(LogIdentity log) => PrefixOf(log).Index;

    /// <summary>
    /// Writes entries from <paramref name="first"/> on until the chunk ends or the body holds <paramref name="limit"/> bytes.
    /// </summary>
    /// <returns>The first entry that was not written.</returns>
    internal int Write(Chunk chunk, int first, BulkBatch batch, ChunkProgress owner, long limit)
    {
        var prefix = PrefixOf(chunk.Log);
        var start = batch.Index == prefix.Index ? prefix.Bare : prefix.WithIndex;
        var text = chunk.Text.Span;
        var ends = chunk.Ends;
        var times = chunk.Times;
        var flags = chunk.Flags;
        var body = batch.Body;
        MoveTo(chunk, first);
        var index = first;
        for (var begin = first == 0 ? 0 : ends[first - 1] + 1; index < ends.Length && body.Length < limit; index++)
        {
            if (index > first)
            {
                Advance(flags[index]);
            }

            var length = ends[index] - begin;
            var room = body.Reserve(start.Bytes.Length + EntryRoom + JsonEscaper.Room(length));
            var written = WriteStart(room, start);
            var continued = index + 1 < flags.Length && (flags[index + 1] & Chunk.ContinuesLine) != 0;
            if (numbers.Part > 0 || continued || length > LongMarks.ShortestLong)
            {
                written += WriteLong(room[written..], text.Slice(begin, length), continued);
            }

            written += times[index] >= 0 ? lineTime.Write(times[index], room[written..]) : WriteOddTime(room[written..], times[index], prefix);
            written += Levels[flags[index] & Chunk.SeverityBits].CopyTo(room[written..]);
            written += JsonEscaper.Escape(text[begin..], length, room[written..]);
            "\"}\n"u8.CopyTo(room[written..]);
            written += 3;
            batch.Items.Add(new BulkItem(body.Piece, body.Position, written, owner));
            body.Advance(written);
            begin = ends[index] + 1;
        }

        return index;
    }

    private LinePrefix PrefixOf(LogIdentity log) => prefixes.GetValue(log, key => new LinePrefix(key, names));

    private void MoveTo(Chunk chunk, int entry)
    {
        var (line, part) = (chunk.FirstLine, chunk.FirstPart);
        var flags = chunk.Flags;
        for (var index = 1; index <= entry && index < flags.Length; index++)
        {
            (line, part) = (flags[index] & Chunk.ContinuesLine) != 0 ? (line, part + 1) : (line + 1, 0);
        }

        numbers.MoveTo(line, part);
    }

    private void Advance(byte flag)
    {
        if ((flag & Chunk.ContinuesLine) != 0)
        {
            numbers.NextPart();
        }
        else
        {
            numbers.NextLine();
        }
    }

    private int WriteStart(Span<byte> room, LineStart start)
    {
        start.Bytes.CopyTo(room);
        numbers.WriteId(room[start.IdAt..]);
        return start.Bytes.Length + numbers.WriteNumber(room[start.Bytes.Length..]);
    }

    private int WriteLong(Span<byte> room, ReadOnlySpan<byte> entry, bool continued)
    {
        var written = 0;
        if (numbers.Part > 0)
        {
            written += Copy(",\"part\":"u8, room);
            written += Number(numbers.Part, room[written..]);
        }

        return written + LongMarks.Write(entry, numbers.Part, continued, room[written..]);
    }

    /// <summary>Ends our own object where the line has no time, or one before 1970, which the engine's field cannot hold.</summary>
    private static int WriteOddTime(Span<byte> room, long time, LinePrefix prefix)
    {
        if (time == Chunk.NoTime)
        {
            return Copy(prefix.Untimed, room);
        }

        var written = Copy(",\"early\":"u8, room);
        written += Number(time, room[written..]);
        room[written++] = (byte)'}';
        return written;
    }

    private static int Number(long value, Span<byte> room)
    {
        Utf8Formatter.TryFormat(value, room, out var written);
        return written;
    }

    private static int Copy(ReadOnlySpan<byte> bytes, Span<byte> room)
    {
        bytes.CopyTo(room);
        return bytes.Length;
    }
}
