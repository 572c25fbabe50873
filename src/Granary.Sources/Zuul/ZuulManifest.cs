using System.Text.Json;
using Granary.Core.Model;
using Granary.Core.Ports;
using Granary.Sources.Http;

namespace Granary.Sources.Zuul;

/// <summary>
/// The files of a <c>zuul-manifest.json</c>: <c>{"tree":[{name,mimetype,size}|{name,mimetype:"application/directory",children}]}</c>.
/// Names are the job's to choose, so none may lead out of the log's folder.
/// </summary>
internal sealed class ZuulManifest
{
    private const int MaxDepth = 100;
    private const int MaxFiles = 200_000;

    private readonly string folder;
    private readonly IReadOnlyList<string> globs;
    private readonly Dictionary<string, LogFile> files = new(StringComparer.Ordinal);

    private ZuulManifest(string folder, IReadOnlyList<string> globs) => (this.folder, this.globs) = (folder, globs);

    /// <summary>Ordered by path. Names that are refused are there, with the reason.</summary>
    /// <exception cref="CiException">Not a manifest, or with more files than anybody reads.</exception>
    public static IReadOnlyList<LogFile> Files(JsonElement manifest, string folder, IReadOnlyList<string> globs)
    {
        if (manifest.ValueKind != JsonValueKind.Object || !manifest.TryGetProperty("tree", out var tree)
            || tree.ValueKind != JsonValueKind.Array)
        {
            throw new CiException($"{folder}zuul-manifest.json holds no tree of files");
        }

        var reader = new ZuulManifest(folder, globs);
        reader.Walk(tree, "", 0);
        return [.. reader.files.Values.OrderBy(file => file.Path, StringComparer.Ordinal)];
    }

    private void Walk(JsonElement nodes, string parent, int depth)
    {
        foreach (var node in nodes.EnumerateArray().Where(node => node.ValueKind == JsonValueKind.Object))
        {
            var name = JsonText.String(node, "name");
            if (string.IsNullOrEmpty(name))
            {
                continue;
            }

            var path = parent + name;
            var isFolder = node.TryGetProperty("children", out var children) && children.ValueKind == JsonValueKind.Array;
            if (!IsSafe(name) || depth >= MaxDepth)
            {
                Add(path, node, depth >= MaxDepth ? "refused: too deep" : "refused: its name leads elsewhere or is not UTF-8");
            }
            else if (isFolder)
            {
                Walk(children, path + "/", depth + 1);
            }
            else if (JsonText.String(node, "mimetype") != "application/directory")
            {
                Add(path, node, TextFiles.WhySkipped(path, JsonText.String(node, "mimetype"), globs));
            }
        }
    }

    private void Add(string path, JsonElement node, string? skipped)
    {
        if (files.Count >= MaxFiles)
        {
            throw new CiException($"{folder}zuul-manifest.json names more than {MaxFiles} files") { Refused = true };
        }

        _ = files.TryAdd(path, new LogFile
        {
            Path = path,
            Url = Addresses.Below(folder, path),
            Size = node.TryGetProperty("size", out var size) && size.ValueKind == JsonValueKind.Number && size.TryGetInt64(out var bytes)
                ? bytes : null,
            ContentType = JsonText.String(node, "mimetype"),
            Skipped = skipped,
        });
    }

    private static bool IsSafe(string name) => name is not ("." or "..") && name.AsSpan().IndexOfAny("/\\\0") < 0;
}
