using System.Globalization;
using System.Text.Json;
using Granary.Simulator.Timeline;

namespace Granary.Simulator.Zuul;

/// <summary>Writes builds as the three generations of Zuul's API do.</summary>
internal static class BuildJson
{
    public static void WriteRow(Utf8JsonWriter json, SimulatedBuild build, ApiGeneration generation, bool detail)
    {
        json.WriteStartObject();
        if (generation != ApiGeneration.Old)
        {
            json.WriteNumber("_id", build.Id);
        }

        if (generation != ApiGeneration.Old || build.Result != "SKIPPED" || build.Id % 2 == 0)
        {
            json.WriteString("uuid", build.Uuid);
        }

        json.WriteString("job_name", build.JobName);
        json.WriteString("result", build.Result);
        WriteTruth(json, "held", build.Finished && build.Id % 3 != 0 ? false : null);
        WriteTimes(json, build);
        json.WriteBoolean("voting", build.Voting);
        json.WriteString("log_url", build.LogUrl);
        json.WriteString("nodeset", NodesetOf(build));
        json.WriteString("error_detail", build.Result == "NODE_FAILURE" ? "Failed to provision nodes" : null);
        WriteTruth(json, "final", build.Finished ? true : null);
        WriteArtifacts(json, build);
        json.WriteStartArray("provides");
        json.WriteEndArray();
        WriteRefs(json, build, generation);
        json.WriteString("pipeline", build.Pipeline);
        json.WriteString("event_id", Hex(build, 82));
        json.WriteString("event_timestamp", Time(build.EventTime.AddSeconds(-40)));
        if (generation == ApiGeneration.Current)
        {
            json.WriteString("execute_time", Time(build.EventTime.AddSeconds(-20)));
            json.WriteString("queue_item_uuid", Hex(build, 83));
        }

        json.WriteStartObject("buildset");
        json.WriteString("uuid", Hex(build, 84));
        if (detail && generation == ApiGeneration.Current)
        {
            json.WriteStartArray("refs");
            json.WriteStartObject();
            WriteRef(json, build);
            json.WriteEndObject();
            json.WriteEndArray();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>A row of <c>build-times</c>: flat, without <c>log_url</c>.</summary>
    public static void WriteTimesRow(Utf8JsonWriter json, SimulatedBuild build)
    {
        json.WriteStartObject();
        json.WriteNumber("_id", build.Id);
        json.WriteString("uuid", build.Uuid);
        json.WriteString("job_name", build.JobName);
        json.WriteString("result", build.Result);
        WriteTimes(json, build);
        json.WriteBoolean("final", true);
        WriteRef(json, build);
        json.WriteString("pipeline", build.Pipeline);
        json.WriteString("event_timestamp", Time(build.EventTime.AddSeconds(-40)));
        json.WriteEndObject();
    }

    public static string RefOf(SimulatedBuild build) => build.Change is { } change
        ? string.Create(CultureInfo.InvariantCulture, $"refs/changes/{change % 100:00}/{change}/{build.Patchset}")
        : $"refs/heads/{build.Branch}";

    public static string? NewrevOf(SimulatedBuild build) => build.Pipeline == "post" ? $"{Hex(build, 81)}{Hex(build, 85)[..8]}" : null;

    /// <summary>Builds that never ran have "".</summary>
    public static string NodesetOf(SimulatedBuild build) => build.Result is { } result && BuildNames.NeverRan(result)
        ? ""
        : BuildNames.Nodesets[build.Id % BuildNames.Nodesets.Length];

    private static void WriteTimes(Utf8JsonWriter json, SimulatedBuild build)
    {
        json.WriteString("start_time", Time(build.StartTime));
        json.WriteString("end_time", Time(build.EndTime));
        if (build.EndTime - build.StartTime is { } duration)
        {
            // Zuul writes floats: 1316.0.
            json.WritePropertyName("duration");
            json.WriteRawValue(duration.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture));
        }
        else
        {
            json.WriteNull("duration");
        }
    }

    private static void WriteArtifacts(Utf8JsonWriter json, SimulatedBuild build)
    {
        json.WriteStartArray("artifacts");
        if (build.LogUrl is { } logs)
        {
            if (build.Id % 5 == 0)
            {
                json.WriteStartObject();
                json.WriteString("name", "Docs preview");
                json.WriteString("url", logs + "docs/");
                json.WriteEndObject();
            }

            if (build.HasManifest)
            {
                json.WriteStartObject();
                json.WriteString("name", "Zuul Manifest");
                json.WriteString("url", logs + "zuul-manifest.json");
                json.WriteStartObject("metadata");
                json.WriteString("type", "zuul_manifest");
                json.WriteEndObject();
                json.WriteEndObject();
            }
        }

        json.WriteEndArray();
    }

    private static void WriteRefs(Utf8JsonWriter json, SimulatedBuild build, ApiGeneration generation)
    {
        if (generation != ApiGeneration.Current)
        {
            WriteRef(json, build);
            return;
        }

        json.WriteStartObject("ref");
        WriteRef(json, build);
        json.WriteEndObject();
    }

    private static void WriteRef(Utf8JsonWriter json, SimulatedBuild build)
    {
        json.WriteString("project", build.Project);
        json.WriteString("branch", build.Branch);
        if (build.Change is { } change)
        {
            json.WriteNumber("change", change);
            json.WriteString("patchset", build.Patchset.ToString(CultureInfo.InvariantCulture));
        }
        else
        {
            json.WriteNull("change");
            json.WriteNull("patchset");
        }

        json.WriteString("ref", RefOf(build));
        json.WriteNull("oldrev");
        json.WriteString("newrev", NewrevOf(build));
        json.WriteString("ref_url", $"https://review.example.org/{build.Project}/{RefOf(build)}");
    }

    private static void WriteTruth(Utf8JsonWriter json, string name, bool? value)
    {
        if (value is { } known)
        {
            json.WriteBoolean(name, known);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    private static string? Time(DateTime? time) => time?.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture);

    private static string Hex(SimulatedBuild build, ulong what) =>
        $"{SeededHash.Of((ulong)build.Id, what):x16}{SeededHash.Of((ulong)build.Id, what, 1):x16}";
}
