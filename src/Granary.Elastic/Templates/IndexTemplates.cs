using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Granary.Elastic.Http;

namespace Granary.Elastic.Templates;

/// <summary>
/// Puts the templates where they are missing, older, or made with other options; leaves those of a later version alone, since what a
/// later version writes must go on to fit.
/// </summary>
internal sealed class IndexTemplates(ElasticClient client, IndexNames names)
{
    /// <summary>Installs what has to be.</summary>
    /// <returns>The names of the templates that were written.</returns>
    internal async Task<IReadOnlyList<string>> InstallAsync(CancellationToken cancellation)
    {
        var options = client.Options;
        var (settings, lines, builds, dead) = (names.Template("settings"), names.Template("lines"), names.Template("builds"), names.Template("dead"));
        var written = new List<string>();
        await PutAsync("_component_template", settings, TemplateBodies.Settings(options), written, cancellation).ConfigureAwait(false);
        await PutAsync("_component_template", lines, TemplateBodies.Lines(options), written, cancellation).ConfigureAwait(false);
        await PutAsync("_component_template", builds, TemplateBodies.Builds(), written, cancellation).ConfigureAwait(false);
        await PutAsync("_component_template", dead, TemplateBodies.Dead(), written, cancellation).ConfigureAwait(false);
        await PutAsync("_index_template", lines, TemplateBodies.Index(names.AllLines, settings, lines), written, cancellation).ConfigureAwait(false);
        await PutAsync("_index_template", builds, TemplateBodies.Index(names.Builds, settings, builds), written, cancellation).ConfigureAwait(false);
        await PutAsync("_index_template", dead, TemplateBodies.Index(names.Dead, settings, dead), written, cancellation).ConfigureAwait(false);
        return written;
    }

    private async Task PutAsync(string kind, string name, JsonObject body, List<string> written, CancellationToken cancellation)
    {
        var fingerprint = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(body.ToJsonString())).AsSpan(0, 8));
        var (version, had) = await InstalledAsync(kind, name, cancellation).ConfigureAwait(false);
        if (version > TemplateBodies.Version || (version == TemplateBodies.Version && had == fingerprint))
        {
            return;
        }

        body["version"] = TemplateBodies.Version;
        body["_meta"] = new JsonObject { ["granary"] = fingerprint };
        using var answer = await client.JsonAsync(HttpMethod.Put, $"{kind}/{name}", body, $"install the template {name}", cancellation).ConfigureAwait(false);
        written.Add($"{kind}/{name}");
    }

    private async Task<(long Version, string? Fingerprint)> InstalledAsync(string kind, string name, CancellationToken cancellation)
    {
        using var answer = await client.FindAsync($"{kind}/{name}", $"read the template {name}", cancellation).ConfigureAwait(false);
        if (answer is null)
        {
            return (0, null);
        }

        var (list, item) = kind == "_index_template" ? ("index_templates", "index_template") : ("component_templates", "component_template");
        var template = answer.RootElement.GetProperty(list)[0].GetProperty(item);
        var version = template.TryGetProperty("version", out var number) && number.TryGetInt64(out var value) ? value : 0;
        return (version, template.TryGetProperty("_meta", out var meta) && meta.ValueKind == JsonValueKind.Object
            && meta.TryGetProperty("granary", out var fingerprint) ? fingerprint.ToString() : null);
    }
}
