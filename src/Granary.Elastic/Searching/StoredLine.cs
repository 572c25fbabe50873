using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Granary.Core.Chunks;
using Granary.Core.Model;
using Granary.Core.Search;
using Granary.Elastic.Writing;

namespace Granary.Elastic.Searching;

/// <summary>A line's document as it comes back.</summary>
internal sealed record StoredLine
{
    /// <summary>The log's id, base64url.</summary>
    internal required string Log { get; init; }

    /// <summary>The hash of the build's key, base64url.</summary>
    internal required string BuildHash { get; init; }

    internal required int Generation { get; init; }

    /// <summary>See <see cref="FieldNames.Finish"/>.</summary>
    internal required long FinishTicks { get; init; }

    internal required string LogOrder { get; init; }

    /// <summary>See <see cref="FieldNames.Long"/>.</summary>
    internal required bool IsLong { get; init; }

    internal required LogLine Line { get; init; }

    /// <summary>What the document itself says of the build.</summary>
    internal required Build Build { get; init; }

    /// <summary>Where the next page begins.</summary>
    internal JsonArray After => [FinishTicks, LogOrder, Line.Number, Line.Part];

    internal long? FinishNanoseconds => LinePrefix.FinishOf(Build);

    /// <summary>Reads one hit of an answer.</summary>
    internal static StoredLine Read(JsonElement hit)
    {
        var source = hit.GetProperty("_source");
        var finish = SourceFields.Find(source, FieldNames.Finish).GetInt64();
        return new StoredLine
        {
            Log = LineIds.LogOf(hit.GetProperty("_id").GetString()!),
            BuildHash = Text(source, FieldNames.BuildHash)!,
            Generation = SourceFields.Find(source, FieldNames.Generation).GetInt32(),
            FinishTicks = finish,
            LogOrder = Text(source, FieldNames.LogOrder)!,
            IsLong = SourceFields.TryFind(source, FieldNames.Long, out _),
            Line = new LogLine(
                Text(source, FieldNames.File)!,
                SourceFields.Find(source, FieldNames.Line).GetInt64(),
                SourceFields.TryFind(source, FieldNames.Part, out var part) ? part.GetInt32() : 0,
                Encoding.UTF8.GetBytes(Text(source, FieldNames.Message)!),
                TimeOf(source),
                LevelNames.Parse(Text(source, FieldNames.Level))),
            Build = BuildOf(source, finish),
        };
    }

    private static long TimeOf(JsonElement source) =>
        SourceFields.TryFind(source, FieldNames.Untimed, out _) ? Chunk.NoTime
            : SourceFields.TryFind(source, FieldNames.EarlyTime, out var early) ? early.GetInt64()
            : Text(source, FieldNames.Timestamp) is { } text ? Nanoseconds(text) : Chunk.NoTime;

    /// <summary>Reads what <see cref="NanosText"/> writes: more decimals than a DateTime holds.</summary>
    private static long Nanoseconds(string text)
    {
        var seconds = DateTimeOffset.ParseExact(text.AsSpan(0, 19), "yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        var fraction = text.AsSpan(20, text.Length - 21);
        var nanoseconds = long.Parse(fraction, CultureInfo.InvariantCulture) * fraction.Length switch { 3 => 1_000_000, 6 => 1000, _ => 1 };
        return (seconds.ToUnixTimeSeconds() * 1_000_000_000) + nanoseconds;
    }

    private static Build BuildOf(JsonElement source, long finish) => new()
    {
        Key = new BuildKey(Text(source, FieldNames.Source)!, Text(source, FieldNames.Build)!,
            int.Parse(Text(source, FieldNames.Attempt)!, CultureInfo.InvariantCulture)),
        Job = Text(source, FieldNames.Job)!,
        Project = Text(source, FieldNames.Project),
        Pipeline = Text(source, FieldNames.Pipeline),
        Branch = Text(source, FieldNames.Branch),
        Change = Text(source, FieldNames.Change),
        Result = Text(source, FieldNames.Result),
        FinishedAt = finish < 0 ? null : new DateTimeOffset(finish, TimeSpan.Zero),
        Finished = true,
        Labels = SourceFields.TryFind(source, FieldNames.Labels, out var labels)
            ? labels.EnumerateArray().Select(label => LabelText.Parse(label.GetString()!)).ToDictionary(label => label.Name, label => label.Value)
            : [],
    };

    private static string? Text(JsonElement source, string name) => SourceFields.TryFind(source, name, out var value) ? value.GetString() : null;
}
