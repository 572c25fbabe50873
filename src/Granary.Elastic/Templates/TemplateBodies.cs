using System.Text.Json.Nodes;

namespace Granary.Elastic.Templates;

/// <summary>What the templates say. A change of any of them raises <see cref="Version"/>.</summary>
internal static class TemplateBodies
{
    internal const int Version = 2;

    /// <summary>
    /// Characters (UTF-16) of the longest token that is indexed whole; longer ones are cut there, as the engine refuses documents
    /// with a term of more than 32,766 bytes.
    /// </summary>
    internal const int LongestToken = 1024;

    /// <summary>Names longer than this (characters) cannot be searched for.</summary>
    internal const int LongestName = 8191;

    private const string Analyzer = "granary";
    private const string Normalizer = "granary";

    /// <summary>The component template with what every index has.</summary>
    internal static JsonObject Settings(ElasticOptions options) => new()
    {
        ["template"] = new JsonObject
        {
            ["settings"] = new JsonObject
            {
                ["index"] = new JsonObject
                {
                    ["number_of_shards"] = options.Shards,
                    ["number_of_replicas"] = options.Replicas,
                    ["refresh_interval"] = $"{(long)options.RefreshInterval.TotalMilliseconds}ms",
                    ["codec"] = options.Codec,
                    ["translog"] = new JsonObject { ["durability"] = "request" },
                    ["mapping"] = new JsonObject { ["total_fields"] = new JsonObject { ["limit"] = 200 } },
                },
            },
        },
    };

    /// <summary>The component template with the fields of lines.</summary>
    internal static JsonObject Lines(ElasticOptions options) => Mappings(new JsonObject
    {
        [FieldNames.Timestamp] = Nanoseconds(),
        [FieldNames.Message] = options.Positions
            ? new JsonObject { ["type"] = "text", ["analyzer"] = Analyzer, ["norms"] = false }
            : new JsonObject { ["type"] = "match_only_text", ["analyzer"] = Analyzer },
        [FieldNames.Level] = Keyword(),
        [FieldNames.File] = Name(),
        [FieldNames.Job] = Name(),
        [FieldNames.Build] = Name(),
        [FieldNames.Result] = Name(),
        [FieldNames.Project] = Name(),
        [FieldNames.Branch] = Name(),
        [FieldNames.Change] = Name(),
        [FieldNames.Pipeline] = Name(),
        [FieldNames.Source] = Name(),
        [FieldNames.Attempt] = Keyword(),
        [FieldNames.Labels] = Name(),
        [FieldNames.BuildHash] = Keyword(),
        [FieldNames.Generation] = Type("integer"),
        [FieldNames.Finish] = Type("long", index: false),
        [FieldNames.LogOrder] = Keyword(index: false),
        [FieldNames.Line] = Type("long"),
        [FieldNames.Part] = Type("integer", index: false),
        [FieldNames.Untimed] = Type("boolean", index: false),
        [FieldNames.EarlyTime] = Type("long"),
        [FieldNames.Long] = Type("boolean"),
        [FieldNames.Tail] = Keyword(),
    });

    /// <summary>The component template with the fields of builds and logs, for queries by people and dashboards.</summary>
    internal static JsonObject Builds() => Mappings(new JsonObject
    {
        [FieldNames.Timestamp] = Nanoseconds(),
        [FieldNames.Kind] = Keyword(),
        [FieldNames.File] = Name(),
        [FieldNames.Job] = Name(),
        [FieldNames.Build] = Name(),
        [FieldNames.Result] = Name(),
        [FieldNames.Project] = Name(),
        [FieldNames.Branch] = Name(),
        [FieldNames.Change] = Name(),
        [FieldNames.Pipeline] = Name(),
        [FieldNames.Source] = Name(),
        [FieldNames.Attempt] = Keyword(),
        [FieldNames.Labels] = Name(),
        [FieldNames.BuildHash] = Keyword(),
        [FieldNames.Generation] = Type("integer"),
        [FieldNames.IndexDay] = new JsonObject { ["type"] = "date", ["format"] = "strict_date" },
        ["granary.status"] = Keyword(),
        ["granary.lines"] = Type("long"),
        ["granary.entries"] = Type("long"),
        ["granary.bytes"] = Type("long"),
        ["granary.refused"] = Type("long"),
        ["granary.record"] = new JsonObject { ["type"] = "object", ["enabled"] = false },
    });

    /// <summary>The component template with the fields of refused documents.</summary>
    internal static JsonObject Dead() => Mappings(new JsonObject
    {
        [FieldNames.Timestamp] = Nanoseconds(),
        [FieldNames.BuildHash] = Keyword(),
        [FieldNames.Generation] = Type("integer"),
        [FieldNames.Source] = Name(),
        [FieldNames.Build] = Name(),
        [FieldNames.File] = Name(),
        [FieldNames.Line] = Type("long"),
        [FieldNames.Cause] = Keyword(),
        ["granary.index"] = Keyword(),
        ["granary.id"] = Keyword(),
        ["granary.status"] = Type("integer"),
        ["granary.reason"] = new JsonObject { ["type"] = "keyword", ["ignore_above"] = 1024 },
        ["granary.record"] = new JsonObject { ["type"] = "object", ["enabled"] = false },
    });

    /// <summary>An index template over component templates.</summary>
    internal static JsonObject Index(string pattern, params string[] components) => new()
    {
        ["index_patterns"] = new JsonArray(pattern),
        ["composed_of"] = new JsonArray([.. components.Select(name => (JsonNode)name)]),
        ["priority"] = 500,
    };

    private static JsonObject Analysis() => new()
    {
        ["tokenizer"] = new JsonObject
        {
            ["granary"] = new JsonObject { ["type"] = "pattern", ["pattern"] = @"[^\p{L}\p{M}\p{Nd}_]+" },
        },
        ["filter"] = new JsonObject
        {
            ["granary_length"] = new JsonObject { ["type"] = "truncate", ["length"] = LongestToken },
        },
        ["analyzer"] = new JsonObject
        {
            [Analyzer] = new JsonObject
            {
                ["type"] = "custom",
                ["tokenizer"] = "granary",
                ["filter"] = new JsonArray("granary_length", "lowercase"),
            },
        },
        ["normalizer"] = new JsonObject
        {
            [Normalizer] = new JsonObject { ["type"] = "custom", ["filter"] = new JsonArray("lowercase") },
        },
    };

    private static JsonObject Mappings(JsonObject fields)
    {
        var properties = new JsonObject();
        foreach (var (name, field) in fields)
        {
            Put(properties, name, field!.DeepClone());
        }

        return new JsonObject
        {
            ["template"] = new JsonObject
            {
                // Engines check each component by itself: what fields are analysed by must stand beside them.
                ["settings"] = new JsonObject { ["analysis"] = Analysis() },
                ["mappings"] = new JsonObject
                {
                    ["dynamic"] = false,
                    ["_meta"] = new JsonObject { ["granary"] = Version },
                    ["properties"] = properties,
                },
            },
        };
    }

    private static void Put(JsonObject properties, string name, JsonNode field)
    {
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        if (dot < 0)
        {
            properties[name] = field;
            return;
        }

        var parent = properties[name[..dot]] ??= new JsonObject { ["properties"] = new JsonObject() };
        Put(parent["properties"]!.AsObject(), name[(dot + 1)..], field);
    }

    private static JsonObject Nanoseconds() => new() { ["type"] = "date_nanos", ["format"] = "strict_date_optional_time_nanos" };

    private static JsonObject Name() => new() { ["type"] = "keyword", ["normalizer"] = Normalizer, ["ignore_above"] = LongestName };

    private static JsonObject Keyword(bool index = true) => index
        ? new JsonObject { ["type"] = "keyword" }
        : new JsonObject { ["type"] = "keyword", ["index"] = false };

    private static JsonObject Type(string type, bool index = true) => index
        ? new JsonObject { ["type"] = type }
        : new JsonObject { ["type"] = type, ["index"] = false };
}
