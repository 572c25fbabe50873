using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Granary.Core.Chunks;
using Granary.Elastic.Http;
using Granary.Elastic.Templates;

namespace Granary.Elastic.Tests;

public sealed class TemplateTests(Engine engine)
{
    [Fact]
    public void Templates_are_valid_JSON_and_name_their_fields_once()
    {
        var options = new ElasticOptions { Urls = [new Uri("http://localhost:9200")] };
        foreach (var body in new[] { TemplateBodies.Lines(options), TemplateBodies.Builds(), TemplateBodies.Dead() })
        {
            using var document = JsonDocument.Parse(body.ToJsonString());
            document.RootElement.GetProperty("template").GetProperty("mappings").GetProperty("dynamic").GetBoolean().ShouldBeFalse();
        }

        TemplateBodies.Lines(options).ToJsonString().ShouldNotContain("match_only_text");
        TemplateBodies.Lines(options with { Positions = false }).ToJsonString().ShouldContain("match_only_text");
    }

    [Fact]
    public async Task Templates_are_installed_once_and_again_when_options_change()
    {
        var options = (await engine.OptionsAsync()).Validated();
        (await InstallAsync(options)).Count.ShouldBe(7);
        (await InstallAsync(options)).ShouldBeEmpty();
        (await InstallAsync(options with { RefreshInterval = TimeSpan.FromSeconds(5) })).ShouldHaveSingleItem().ShouldContain("settings");
    }

    [Fact]
    public async Task Indices_have_the_shards_and_the_copies_that_are_asked_for()
    {
        var options = (await engine.OptionsAsync() with { Shards = 3, Replicas = 1 }).Validated();
        var index = new IndexNames(options.Prefix).Lines(TestLogs.Day);
        await InstallAsync(options);
        await PutAsync(options, index, "{}");

        var settings = (await GetAsync(options, $"{index}/_settings"))[index]!["settings"]!["index"]!;

        (settings["number_of_shards"]!.GetValue<string>(), settings["number_of_replicas"]!.GetValue<string>()).ShouldBe(("3", "1"));
    }

    [Fact]
    public async Task Indices_store_as_small_as_every_engine_can_unless_told()
    {
        var options = (await engine.OptionsAsync()).Validated();
        var index = new IndexNames(options.Prefix).Lines(TestLogs.Day);
        await InstallAsync(options);
        await PutAsync(options, index, "{}");

        (await GetAsync(options, $"{index}/_settings"))[index]!["settings"]!["index"]!["codec"]!.GetValue<string>().ShouldBe("best_compression");
        (await InstallAsync(options with { Codec = "zlib" })).ShouldHaveSingleItem().ShouldContain("settings");
    }

    [Fact]
    public async Task A_codec_that_the_engine_lacks_is_refused_by_its_name()
    {
        var options = await engine.OptionsAsync() with { Codec = "no_such_codec" };

        var thrown = await Should.ThrowAsync<ElasticException>(() => ElasticIndex.OpenWriterAsync(options, TimeProvider.System, default));

        thrown.Message.ShouldContain("no_such_codec");
        thrown.Status.ShouldBe(400);
    }

    [Fact]
    public async Task Templates_of_a_later_version_are_left_alone_and_refused()
    {
        var options = (await engine.OptionsAsync()).Validated();
        await InstallAsync(options);
        await PutAsync(options, $"_component_template/{options.Prefix}-settings", """{"version":99,"template":{"settings":{"index":{"number_of_shards":7}}}}""");

        var thrown = await Should.ThrowAsync<NotSupportedException>(() => InstallAsync(options with { RefreshInterval = TimeSpan.FromSeconds(5) }));

        thrown.Message.ShouldContain("templates of version 99");
        thrown.Message.ShouldContain("upgrade this program");
        (await GetAsync(options, $"_component_template/{options.Prefix}-settings"))["component_templates"]![0]!["component_template"]!["version"]!.GetValue<int>().ShouldBe(99);
    }

    [Fact]
    public async Task Templates_of_an_older_version_are_upgraded_and_so_are_the_indices_made_by_them()
    {
        var options = (await engine.OptionsAsync()).Validated();
        var names = new IndexNames(options.Prefix);
        var older = TemplateBodies.Lines(options);
        older["version"] = TemplateBodies.Version - 1;
        var fields = older["template"]!["mappings"]!["properties"]!.AsObject();
        fields["granary"]!["properties"]!.AsObject().Remove("tail").ShouldBeTrue();
        fields["message"] = JsonNode.Parse("""{"type":"match_only_text","analyzer":"granary"}""");
        await PutAsync(options, $"_component_template/{names.Template("lines")}", older.ToJsonString());
        await PutAsync(options, $"_index_template/{names.Template("lines")}", $$"""
            {"version":{{TemplateBodies.Version - 1}},"index_patterns":["{{names.AllLines}}"],"composed_of":["{{names.Template("lines")}}"],"priority":500}
            """);
        var index = names.Lines(TestLogs.Day);
        await PutAsync(options, $"{index}/_doc/1", """{"message":"of old","granary.build":"b"}""");

        (await InstallAsync(options)).Count.ShouldBe(7);

        var mapping = (await GetAsync(options, $"{index}/_mapping"))[index]!["mappings"]!["properties"]!;
        mapping["granary"]!["properties"]!["tail"]!["type"]!.GetValue<string>().ShouldBe("keyword");
        mapping["message"]!["type"]!.GetValue<string>().ShouldBe("match_only_text");
        (await GetAsync(options, $"_component_template/{names.Template("lines")}"))["component_templates"]![0]!["component_template"]!["version"]!
            .GetValue<int>().ShouldBe(TemplateBodies.Version);
        await using var writer = await ElasticIndex.OpenWriterAsync(options, TimeProvider.System, default);
        var log = TestLogs.Log(TestLogs.Build("upgraded"));
        (await writer.WriteAsync(TestLogs.Chunks(log, "new\n"), default).ToListAsync()).ShouldHaveSingleItem().Result.ShouldBe(ChunkResult.Stored);
        (await writer.CountAsync(log.Build.Key, 1, log.IndexDay, default)).ShouldBe(1);
    }

    private static async Task PutAsync(ElasticOptions options, string path, string json)
    {
        using var http = new HttpClient();
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        using var put = await http.PutAsync(new Uri(options.Urls[0], path), content);
        put.IsSuccessStatusCode.ShouldBeTrue(await put.Content.ReadAsStringAsync());
    }

    private static async Task<JsonNode> GetAsync(ElasticOptions options, string path)
    {
        using var http = new HttpClient();
        return JsonNode.Parse(await http.GetStringAsync(new Uri(options.Urls[0], path)))!;
    }

    private static async Task<IReadOnlyList<string>> InstallAsync(ElasticOptions options)
    {
        using var client = new ElasticClient(options, TimeProvider.System);
        return await new IndexTemplates(client, new IndexNames(options.Prefix)).InstallAsync(default);
    }
}
