using System.Text.Json;

namespace Granary.Simulator.Logs;

/// <summary>Writes <c>zuul-manifest.json</c>: the tree of a build's log folder.</summary>
internal static class LogManifest
{
    public static byte[] Of(IReadOnlyList<LogFile> files, string[] emptyFolders, StoredLogs stored)
    {
        using var memory = new MemoryStream();
        using (var json = new Utf8JsonWriter(memory))
        {
            json.WriteStartObject();
            json.WriteStartArray("tree");
            WriteFolder(json, files, emptyFolders, "", stored);
            json.WriteEndArray();
            json.WriteBoolean("index_links", false);
            json.WriteEndObject();
        }

        return memory.ToArray();
    }

    private static void WriteFolder(
        Utf8JsonWriter json, IReadOnlyList<LogFile> files, string[] emptyFolders, string prefix, StoredLogs stored)
    {
        var seen = new HashSet<string>();
        foreach (var path in files.Select(file => file.Path).Concat(emptyFolders.Select(folder => folder + "/")))
        {
            if (!path.StartsWith(prefix, StringComparison.Ordinal))
            {
                continue;
            }

            var rest = path[prefix.Length..];
            var slash = rest.IndexOf('/', StringComparison.Ordinal);
            if (slash < 0 && rest.Length > 0)
            {
                WriteFile(json, files.First(file => file.Path == path), rest, stored);
            }
            else if (slash > 0 && seen.Add(rest[..slash]))
            {
                json.WriteStartObject();
                json.WriteString("name", rest[..slash]);
                json.WriteString("mimetype", "application/directory");
                json.WriteNull("encoding");
                json.WriteStartArray("children");
                WriteFolder(json, files, emptyFolders, $"{prefix}{rest[..slash]}/", stored);
                json.WriteEndArray();
                json.WriteEndObject();
            }
        }
    }

    private static void WriteFile(Utf8JsonWriter json, LogFile file, string name, StoredLogs stored)
    {
        var gz = name.EndsWith(".gz", StringComparison.Ordinal);
        json.WriteStartObject();
        json.WriteString("name", name);
        json.WriteString("mimetype", file.MimeType);
        json.WriteString("encoding", gz ? "gzip" : null);
        json.WriteNumber("last_modified", new DateTimeOffset(file.LastModified, TimeSpan.Zero).ToUnixTimeSeconds());

        // The size on the executor's disk: what is compressed only for the upload counts with its plain size.
        json.WriteNumber("size", gz ? stored.Length(file) : file.RawBytes);
        json.WriteEndObject();
    }
}
