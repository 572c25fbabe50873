using System.Globalization;
using System.Text;
using Granary.App;
using Granary.Elastic;
using Microsoft.Extensions.Configuration;

namespace Granary.Composition;

/// <summary>
/// Which index a data folder's lines are in: the embedded one, or an Elasticsearch or OpenSearch. The folder remembers the
/// engine it was first collected into, so that later calls need not name it and cannot mix two indices.
/// </summary>
internal static class IndexSettings
{
    /// <summary>The note's name: the addresses in its first line, then the prefix (of older notes: not there).</summary>
    private const string Note = "index.url";

    private const string PrefixStart = "Prefix=";

    /// <summary>The engine that <paramref name="url"/>, the settings or the folder's own note name; null: the embedded index.</summary>
    /// <exception cref="UserException">A value is not understood, or the folder's lines are elsewhere.</exception>
    public static ElasticOptions? Read(DataFolder folder, string? url, IConfiguration settings)
    {
        var (noted, prefix) = Noted(folder);
        var section = settings.GetSection("Index");
        var named = url ?? section["Url"];
        if ((named ?? noted) is not { } address)
        {
            return null;
        }

        RequireSamePrefix(folder, noted, prefix, section["Prefix"]);
        var options = Options(address, section, section["Prefix"] ?? prefix);
        if (named is not null)
        {
            RequireSameIndex(folder, noted, options);
        }

        return options;
    }

    /// <summary>The engine of a cluster, which only <paramref name="url"/> and the settings name: what a folder notes is of its own lines.</summary>
    /// <exception cref="UserException">A value is not understood.</exception>
    public static ElasticOptions? ReadOfCluster(string? url, IConfiguration settings) =>
        settings.GetSection("Index") is var section && (url ?? section["Url"]) is { } address ? Options(address, section, section["Prefix"]) : null;

    /// <summary>False where nothing can name an engine: then no settings need be read.</summary>
    public static bool MayBeNamed(DataFolder folder, string? url) =>
        url is not null || File.Exists(Path.Combine(folder.Path, Note)) || File.Exists(Path.Combine(folder.Path, "appsettings.json"))
        || SettingNames.FromEnvironment("Index:Url") is not null;

    /// <summary>Notes the engine in the folder, without credentials. Who reads meanwhile, or after a crash, finds the note whole.</summary>
    public static void Remember(DataFolder folder, ElasticOptions options)
    {
        var (path, note) = (Path.Combine(folder.Path, Note), $"{Plain(options)}\n{PrefixStart}{options.Prefix}\n");
        if (File.Exists(path) && File.ReadAllText(path) == note)
        {
            return;
        }

        var temporary = path + ".new";
        using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write))
        {
            file.Write(Encoding.UTF8.GetBytes(note));
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
    }

    /// <exception cref="UserException">The note is there and says nothing.</exception>
    private static (string? Url, string? Prefix) Noted(DataFolder folder)
    {
        var path = Path.Combine(folder.Path, Note);
        if (!File.Exists(path))
        {
            return default;
        }

        var lines = File.ReadAllLines(path).Select(line => line.Trim()).Where(line => line.Length > 0).ToArray();
        return lines.Length == 0
            ? throw new UserException($"{path} is empty: write the engine's address into it, or delete it where the lines are in the embedded index")
            : (lines[0], lines.Skip(1).FirstOrDefault(line => line.StartsWith(PrefixStart, StringComparison.OrdinalIgnoreCase))?[PrefixStart.Length..]);
    }

    /// <summary>Under another prefix are other indices: a search would find nothing, and a collector begin anew.</summary>
    private static void RequireSamePrefix(DataFolder folder, string? noted, string? prefix, string? named)
    {
        if (named is not null && prefix is not null && named != prefix)
        {
            throw new UserException(
                $"Index:Prefix: the lines of {folder.Path} are in {noted} under the prefix '{prefix}', not '{named}'; give --data another folder, or change {Note} there if the indices were renamed");
        }
    }

    private static void RequireSameIndex(DataFolder folder, string? noted, ElasticOptions options)
    {
        if (noted is null && File.Exists(Path.Combine(folder.IndexFolder, "index.db")))
        {
            throw new UserException($"--index: the lines of {folder.Path} are in its embedded index; give --data another folder");
        }

        if (noted is not null && noted != Plain(options))
        {
            throw new UserException(
                $"--index: the lines of {folder.Path} are in {noted}; give --data another folder, or change {Note} there if the engine has moved");
        }
    }

    private static string Plain(ElasticOptions options) => string.Join(',', options.Validated().Urls);

    private static ElasticOptions Options(string address, IConfigurationSection section, string? prefix)
    {
        var options = new ElasticOptions
        {
            Urls = [.. address.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(Url)],
            Auth = Auth(section),
            CaFile = section["CaFile"],
            Prefix = prefix ?? "granary",
            Shards = Number(section, "Shards") ?? 1,
            Replicas = Number(section, "Replicas") ?? 0,
            RefreshInterval = section["Refresh"] is { } span ? TimeText.Span($"{section.Path}:Refresh", span) : TimeSpan.FromSeconds(30),
            WaitSearchable = Flag(section, "WaitSearchable") ?? false,
            Codec = section["Codec"] ?? "best_compression",
            Positions = Flag(section, "Positions") ?? true,
            Compress = Flag(section, "Compress"),
            RetentionDays = Number(section, "RetentionDays"),
        };
        try
        {
            return options.Validated();
        }
        catch (ArgumentException e)
        {
            // Without the runtime's remark on the parameter: the message names the setting itself.
            throw new UserException($"--index: {e.Message.Split(" (Parameter", 2)[0]}");
        }
    }

    private static Uri Url(string text) => Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
        ? url
        : throw new UserException("--index: an address such as http://127.0.0.1:9200 is wanted");

    /// <summary>Secrets stand in files, so that no settings file or process list shows them.</summary>
    private static ElasticAuth? Auth(IConfigurationSection section) =>
        section["ApiKeyFile"] is { } key ? ElasticAuth.ApiKey(Secret(section, "ApiKeyFile", key))
        : section["TokenFile"] is { } token ? ElasticAuth.Bearer(Secret(section, "TokenFile", token))
        : section["User"] is { } user ? ElasticAuth.Basic(user, section["PasswordFile"] is { } file ? Secret(section, "PasswordFile", file) : "")
        : null;

    private static string Secret(IConfigurationSection section, string name, string file) => File.Exists(file)
        ? File.ReadAllText(file).Trim()
        : throw new UserException($"{section.Path}:{name}: there is no file {file}");

    private static int? Number(IConfigurationSection section, string name) => section[name] is not { } text ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : throw new UserException($"{section.Path}:{name}: '{text}' is not a number");

    private static bool? Flag(IConfigurationSection section, string name) => section[name] is not { } text ? null
        : bool.TryParse(text, out var flag) ? flag
        : throw new UserException($"{section.Path}:{name}: '{text}' is neither true nor false");
}
