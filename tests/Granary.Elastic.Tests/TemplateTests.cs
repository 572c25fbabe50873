using System.Text;
using System.Text.Json;
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

        TemplateBodies.Lines(options).ToJsonString().ShouldContain("match_only_text");
        TemplateBodies.Lines(options with { Positions = true }).ToJsonString().ShouldNotContain("match_only_text");
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
    public async Task A_template_of_a_later_version_is_left_alone()
    {
        var options = (await engine.OptionsAsync()).Validated();
        await InstallAsync(options);
        using var http = new HttpClient();
        using var content = new StringContent("""{"version":99,"template":{"settings":{"index":{"number_of_shards":7}}}}""", Encoding.UTF8, "application/json");
        using var put = await http.PutAsync(new Uri(options.Urls[0], $"_component_template/{options.Prefix}-settings"), content);
        put.IsSuccessStatusCode.ShouldBeTrue();
        (await InstallAsync(options)).ShouldBeEmpty();
    }

    private static async Task<IReadOnlyList<string>> InstallAsync(ElasticOptions options)
    {
        using var client = new ElasticClient(options, TimeProvider.System);
        return await new IndexTemplates(client, new IndexNames(options.Prefix)).InstallAsync(default);
    }
}
