using Granary.Core.Model;

namespace Granary.State.Records;

/// <summary>A build without what the tables keep in columns: key, finish, version.</summary>
internal static class BuildCodec
{
    private const byte FinishedFlag = 1;
    private const byte StartedFlag = 2;

    public static void Write(RecordWriter writer, Build build)
    {
        writer.Byte((byte)((build.Finished ? FinishedFlag : 0) | (build.StartedAt is null ? 0 : StartedFlag)));
        writer.Text(build.Job);
        writer.Text(build.Project);
        writer.Text(build.Pipeline);
        writer.Text(build.Branch);
        writer.Text(build.Change);
        writer.Text(build.Result);
        if (build.StartedAt is { } started)
        {
            writer.Near(Instants.Ticks(started), Instants.Ticks(build.FinishedAt) ?? 0);
        }

        writer.TextAround(build.Url, build.Key.Id);
        writer.TextAround(build.LogUrl, build.Key.Id);
        writer.Signed(build.Position);
        writer.Count(build.Labels.Count);
        foreach (var (name, value) in build.Labels)
        {
            writer.Text(name);
            writer.Text(value);
        }
    }

    public static Build Read(ref RecordReader reader, BuildKey key, DateTimeOffset? finishedAt, string version)
    {
        var flags = reader.Byte();
        var build = new Build
        {
            Key = key,
            Finished = (flags & FinishedFlag) != 0,
            FinishedAt = finishedAt,
            Version = version,
            Job = reader.RequiredText(),
            Project = reader.Text(),
            Pipeline = reader.Text(),
            Branch = reader.Text(),
            Change = reader.Text(),
            Result = reader.Text(),
            StartedAt = (flags & StartedFlag) == 0 ? null : Instants.Read(reader.Near(Instants.Ticks(finishedAt) ?? 0)),
            Url = reader.TextAround(key.Id),
            LogUrl = reader.TextAround(key.Id),
            Position = reader.Signed(),
        };
        var labels = reader.Count();
        return labels == 0 ? build : build with { Labels = ReadLabels(ref reader, labels) };
    }

    /// <summary>The form for a row of its own, while the build waits.</summary>
    public static byte[] Pack(Build build)
    {
        var writer = new RecordWriter();
        Write(writer, build);
        return Packing.Wrap(writer.Written);
    }

    public static Build Unpack(ReadOnlySpan<byte> packed, BuildKey key, DateTimeOffset? finishedAt, string version)
    {
        var reader = new RecordReader(Packing.Unpack(packed));
        return Read(ref reader, key, finishedAt, version);
    }

    private static Dictionary<string, string> ReadLabels(ref RecordReader reader, int count)
    {
        var labels = new Dictionary<string, string>(count);
        for (var i = 0; i < count; i++)
        {
            labels[reader.RequiredText()] = reader.RequiredText();
        }

        return labels;
    }
}
