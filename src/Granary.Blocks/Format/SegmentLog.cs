using Granary.Core.Chunks;
using Granary.Core.Model;

namespace Granary.Blocks.Format;

/// <summary>A log in a segment, with its chunks there in ascending order.</summary>
internal sealed record SegmentLog(LogIdentity Log, IReadOnlyList<ChunkEntry> Chunks)
{
    public void Write(ByteSink sink)
    {
        var build = Log.Build;
        sink.Text(build.Key.Source);
        sink.Text(build.Key.Id);
        sink.Signed(build.Key.Attempt);
        sink.Text(Log.File);
        sink.Text(Log.FileUrl);
        sink.Signed(Log.Generation);
        sink.Text(build.Job);
        sink.OptionalText(build.Project);
        sink.OptionalText(build.Pipeline);
        sink.OptionalText(build.Branch);
        sink.OptionalText(build.Change);
        sink.OptionalText(build.Result);
        WriteTime(sink, build.StartedAt);
        WriteTime(sink, build.FinishedAt);
        sink.OptionalText(build.Url);
        sink.OptionalText(build.LogUrl);
        sink.Byte(build.Finished ? (byte)1 : (byte)0);
        sink.Signed(build.Position);
        sink.Text(build.Version);
        sink.Unsigned((ulong)build.Labels.Count);
        foreach (var (name, value) in build.Labels)
        {
            sink.Text(name);
            sink.Text(value);
        }

        WriteChunks(sink);
    }

    public static SegmentLog Read(ref ByteSource source, DateOnly day, int blockCount)
    {
        var key = new BuildKey(source.Text(), source.Text(), (int)source.Signed());
        var (file, url, generation) = (source.Text(), source.Text(), (int)source.Signed());
        var build = new Build
        {
            Key = key,
            Job = source.Text(),
            Project = source.OptionalText(),
            Pipeline = source.OptionalText(),
            Branch = source.OptionalText(),
            Change = source.OptionalText(),
            Result = source.OptionalText(),
            StartedAt = ReadTime(ref source),
            FinishedAt = ReadTime(ref source),
            Url = source.OptionalText(),
            LogUrl = source.OptionalText(),
            Finished = source.Byte() != 0,
            Position = source.Signed(),
            Version = source.Text(),
            Labels = ReadLabels(ref source),
        };
        return new SegmentLog(new LogIdentity(build, file, url, generation, day), ReadChunks(ref source, blockCount));
    }

    private void WriteChunks(ByteSink sink)
    {
        sink.Unsigned((ulong)Chunks.Count);
        var (ordinal, block) = (0, 0);
        foreach (var chunk in Chunks)
        {
            chunk.Write(sink, ordinal, block);
            (ordinal, block) = (chunk.Ordinal, chunk.Block);
        }
    }

    private static ChunkEntry[] ReadChunks(ref ByteSource source, int blockCount)
    {
        var chunks = new ChunkEntry[source.Count(source.Left)];
        var (ordinal, block) = (0, 0);
        for (var index = 0; index < chunks.Length; index++)
        {
            var chunk = ChunkEntry.Read(ref source, ordinal, block, blockCount);
            (ordinal, block) = (chunk.Ordinal, chunk.Block);
            chunks[index] = chunk;
        }

        return chunks;
    }

    private static Dictionary<string, string> ReadLabels(ref ByteSource source)
    {
        var labels = new Dictionary<string, string>();
        for (var left = source.Count(source.Left); left > 0; left--)
        {
            labels[source.Text()] = source.Text();
        }

        return labels;
    }

    private static void WriteTime(ByteSink sink, DateTimeOffset? time)
    {
        sink.Byte(time is null ? (byte)0 : (byte)1);
        if (time is { } known)
        {
            sink.Signed(known.UtcTicks);
            sink.Signed(known.TotalOffsetMinutes);
        }
    }

    private static DateTimeOffset? ReadTime(ref ByteSource source)
    {
        if (source.Byte() == 0)
        {
            return null;
        }

        var (ticks, minutes) = (source.Signed(), source.Signed());
        var sound = minutes is >= -14 * 60 and <= 14 * 60 && ticks is >= 0 && ticks <= DateTime.MaxValue.Ticks &&
            ticks + minutes * TimeSpan.TicksPerMinute is var local && local >= 0 && local <= DateTime.MaxValue.Ticks;
        return sound
            ? new DateTimeOffset(ticks, TimeSpan.Zero).ToOffset(TimeSpan.FromMinutes(minutes))
            : throw new InvalidDataException("a time is out of range");
    }
}
