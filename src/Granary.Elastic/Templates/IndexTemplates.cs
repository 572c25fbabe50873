using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Granary.Elastic.Http;

namespace Granary.Elastic.Templates;

/// <summary>
/// Puts the templates where they are missing, older, or made with other options. Indices that an older version made get the fields
/// that they lack and keep what they have.
/// </summary>
internal sealed class IndexTemplates(ElasticClient client, IndexNames names)
{
    /// <summary>Installs what has to be.</summary>
    /// <returns>The names of the templates that were written.</returns>
    /// <exception cref="NotSupportedException">A later version of this program has put its templates there: nothing is written.</exception>
    internal async Task<IReadOnlyList<string>> InstallAsync(CancellationToken cancellation)
    {
        var wanted = Wanted();
        var installed = new (long Version, string? Fingerprint)[wanted.Length];
        for (var index = 0; index < wanted.Length; index++)
        {
            installed[index] = await InstalledAsync(wanted[index].Kind, wanted[index].Name, cancellation).ConfigureAwait(false);
        }

        RequireNoneLater(installed.Max(template => template.Version));
        if (installed.Any(template => template.Version is > 0 and < TemplateBodies.Version))
        {
            // Before the templates: whoever dies between the two does it again.
            await new IndexUpgrade(client, names).RunAsync(cancellation).ConfigureAwait(false);
        }

        var written = new List<string>();
        for (var index = 0; index < wanted.Length; index++)
        {
            var (kind, name, body) = wanted[index];
            var fingerprint = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(body.ToJsonString())).AsSpan(0, 8));
            if (installed[index] != (TemplateBodies.Version, fingerprint))
            {
                body["version"] = TemplateBodies.Version;
                body["_meta"] = new JsonObject { ["granary"] = fingerprint };
                using var answer = await client.JsonAsync(HttpMethod.Put, $"{kind}/{name}", body, $"install the template {name}", cancellation).ConfigureAwait(false);
                written.Add($"{kind}/{name}");
            }
        }

        return written;
    }

    /// <summary>Components before what is composed of them.</summary>
    private (string Kind, string Name, JsonObject Body)[] Wanted()
    {
        var options = client.Options;
        var (settings, lines, builds, dead) = (names.Template("settings"), names.Template("lines"), names.Template("builds"), names.Template("dead"));
        return
        [
            ("_component_template", settings, TemplateBodies.Settings(options)),
            ("_component_template", lines, TemplateBodies.Lines(options)),
            ("_component_template", builds, TemplateBodies.Builds()),
            ("_component_template", dead, TemplateBodies.Dead()),
            ("_index_template", lines, TemplateBodies.Index(names.AllLines, settings, lines)),
            ("_index_template", builds, TemplateBodies.Index(names.Builds, settings, builds)),
            ("_index_template", dead, TemplateBodies.Index(names.Dead, settings, dead)),
        ];
    }

    private void RequireNoneLater(long version)
    {
        if (version > TemplateBodies.Version)
        {
            throw new NotSupportedException(
                $"a later version of Granary writes to {client.Options.Prefix}-* there (templates of version {version}, this program knows {TemplateBodies.Version}): "
                + "upgrade this program, or give it another Index:Prefix");
        }
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
