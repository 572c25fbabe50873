using System.Buffers.Text;
using System.Runtime.CompilerServices;
using System.Text;
using Granary.Core.Chunks;
using Granary.Core.Model;
using Granary.Core.Text;
using Granary.Elastic.Templates;

namespace Granary.Elastic.Writing;

/// <summary>Writes chunks' entries into bulk bodies, straight from their bytes. Not for threads to share.</summary>
internal sealed class BulkEncoder(IndexNames names)
{
    /// <summary>The most that an entry takes beside the log's common fields and its text.</summary>
    private const int EntryRoom = 1024;

    /// <summary>A last token longer than this (bytes) is not looked for over the end of its part.</summary>
    internal const int LongestTail = 256;

    private static readonly byte[][] LevelFields =
        [.. Enum.GetValues<Severity>().Select(severity => Encoding.ASCII.GetBytes($",\"log.level\":\"{LevelNames.Of(severity)}\""))];

    private readonly ConditionalWeakTable<LogIdentity, LinePrefix> prefixes = [];
    private NanosText nanos;

    /// <summary>The index of the log's lines.</summary>
    internal string IndexOf(LogIdentity log) => PrefixOf(log).Index;

    /// <summary>
    /// Writes entries from <paramref name="first"/> on until the chunk ends or the body holds <paramref name="limit"/> bytes.
    /// </summary>
    /// <returns>The first entry that was not written.</returns>
    internal int Write(Chunk chunk, int first, BulkBatch batch, ChunkProgress owner, long limit)
    {
        var prefix = PrefixOf(chunk.Log);
        var action = batch.Index == prefix.Index ? prefix.Action : prefix.ActionWithIndex;
        var text = chunk.Text.Span;
        var ends = chunk.Ends;
        var times = chunk.Times;
        var flags = chunk.Flags;
        var (line, part) = PlaceOf(chunk, first);
        var body = batch.Body;
        var index = first;
        for (; index < ends.Length && body.Length < limit; index++)
        {
            if (index > first)
            {
                (line, part) = (flags[index] & Chunk.ContinuesLine) != 0 ? (line, part + 1) : (line + 1, 0);
            }

            var start = index == 0 ? 0 : ends[index - 1] + 1;
            var entry = text[start..ends[index]];
            var room = body.Reserve(action.Length + prefix.Fields.Length + EntryRoom + JsonEscaper.Room(entry.Length));
            var continued = index + 1 < flags.Length && (flags[index + 1] & Chunk.ContinuesLine) != 0;
            var canBeLong = continued || part > 0 || entry.Length > TemplateBodies.LongestToken;
            var written = Start(room, action, prefix, line, part);
            written += WriteTime(room[written..], times[index], prefix);
            var severity = flags[index] & Chunk.SeverityBits;
            written += severity == 0 ? 0 : Copy(LevelFields[severity], room[written..]);
            written += canBeLong ? WriteLong(room[written..], entry, part, continued) : 0;
            written += Copy(",\"message\":\""u8, room[written..]);
            written += JsonEscaper.Escape(entry, room[written..]);
            written += Copy("\"}\n"u8, room[written..]);
            batch.Items.Add(new BulkItem(body.Piece, body.Position, written, owner));
            body.Advance(written);
        }

        return index;
    }

    private LinePrefix PrefixOf(LogIdentity log) => prefixes.GetValue(log, key => new LinePrefix(key, names));

    private static (long Line, int Part) PlaceOf(Chunk chunk, int entry)
    {
        var (line, part) = (chunk.FirstLine, chunk.FirstPart);
        for (var index = 1; index <= entry && index < chunk.Count; index++)
        {
            (line, part) = (chunk.Flags[index] & Chunk.ContinuesLine) != 0 ? (line, part + 1) : (line + 1, 0);
        }

        return (line, part);
    }

    private static int Start(Span<byte> room, byte[] action, LinePrefix prefix, long line, int part)
    {
        action.CopyTo(room);
        var written = action.Length;
        LineIds.WriteLine(line, part, room[written..]);
        written += LineIds.Length - LineIds.LogLength;
        written += Copy(prefix.Fields, room[written..]);
        written += Number(line, room[written..]);
        if (part > 0)
        {
            written += Copy(",\"granary.part\":"u8, room[written..]);
            written += Number(part, room[written..]);
        }

        return written;
    }

    private int WriteTime(Span<byte> room, long time, LinePrefix prefix)
    {
        var written = 0;
        if (time >= 0)
        {
            written += Copy(",\"@timestamp\":\""u8, room);
            written += nanos.Write(time, room[written..]);
            room[written++] = (byte)'"';
            return written;
        }

        if (time != Chunk.NoTime)
        {
            written += Copy(",\"granary.early\":"u8, room);
            return written + Number(time, room[written..]);
        }

        written += Copy(",\"granary.untimed\":true"u8, room);
        return written + Copy(prefix.FinishField, room[written..]);
    }

    /// <summary>Marks an entry whose tokens the engine may see otherwise than they are in the whole line.</summary>
    private static int WriteLong(Span<byte> room, ReadOnlySpan<byte> entry, int part, bool continued)
    {
        // A line in parts has a first part that is full, or one whose continuation is known here.
        var inParts = part > 0 || continued || entry.Length > Chunk.MaxEntryBytes - 4;
        if (!inParts && !HasOverlongToken(entry))
        {
            return 0;
        }

        var written = Copy(",\"granary.long\":true"u8, room);
        var tail = inParts ? Tail(entry) : default;
        if (!tail.IsEmpty)
        {
            Span<byte> folded = stackalloc byte[Folding.MaxLength(LongestTail)];
            var length = Folding.Fold(tail, folded);
            written += Copy(",\"granary.tail\":\""u8, room[written..]);
            written += Copy(folded[..length], room[written..]);
            room[written++] = (byte)'"';
        }

        return written;
    }

    private static ReadOnlySpan<byte> Tail(ReadOnlySpan<byte> entry)
    {
        if (!TokenClasses.IsTokenBefore(entry, entry.Length))
        {
            return default;
        }

        var start = Math.Max(0, entry.Length - LongestTail - 8);
        var end = entry[start..];
        ReadOnlySpan<byte> last = default;
        foreach (var token in new TokenEnumerator(end))
        {
            last = token;
        }

        return last.Length <= LongestTail ? last : default;
    }

    private static bool HasOverlongToken(ReadOnlySpan<byte> entry)
    {
        foreach (var token in new TokenEnumerator(entry))
        {
            if (token.Length > TemplateBodies.LongestToken && Encoding.UTF8.GetCharCount(token) > TemplateBodies.LongestToken)
            {
                return true;
            }
        }

        return false;
    }

    private static int Number(long value, Span<byte> room)
    {
        Utf8Formatter.TryFormat(value, room, out var written);
        return written;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Copy(ReadOnlySpan<byte> bytes, Span<byte> room)
    {
        bytes.CopyTo(room);
        return bytes.Length;
    }
}
