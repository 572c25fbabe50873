using System.Globalization;
using Granary.App;
using Granary.Elastic;
using Microsoft.Extensions.Configuration;

namespace Granary.Composition;

/// <summary>
/// What the configuration file, the environment (<c>GRANARY__NAME</c>) and the command line say, the later overriding.
/// </summary>
internal sealed record Settings
{
    public required DataFolder Folder { get; init; }

    /// <summary>The <c>Sources</c> section; empty without a file.</summary>
    public IReadOnlyList<IConfigurationSection> Sources { get; init; } = [];

    /// <summary>Bytes that the index may use; null: no bound.</summary>
    public long? MaxSize { get; init; }

    /// <summary>The connection string of a cluster's PostgreSQL; null outside a cluster.</summary>
    public string? Database { get; init; }

    /// <summary>Free bytes of the disk below which collecting stops.</summary>
    public long FreeDiskFloor { get; init; } = 256L << 20;

    /// <summary>The engine that lines are written to; null: the embedded index.</summary>
    public ElasticOptions? Index { get; init; }

    /// <exception cref="UserException">The file is named and missing, or a value is not understood.</exception>
    public static Settings Read(DataFolder folder, string? file, string? maxSize, string? index) =>
        Read(folder, file, maxSize, root => IndexSettings.Read(folder, index, root));

    /// <summary>The settings of a cluster's silo: what the folder notes of an engine is none of the cluster's.</summary>
    /// <inheritdoc cref="Read(DataFolder, string?, string?, string?)"/>
    public static Settings ReadOfCluster(DataFolder folder, string? file, string? index) =>
        Read(folder, file, null, root => IndexSettings.ReadOfCluster(index, root));

    private static Settings Read(DataFolder folder, string? file, string? maxSize, Func<IConfiguration, ElasticOptions?> readIndex)
    {
        var root = ReadRoot(folder, file);
        return new()
        {
            Folder = folder,
            Database = root["Database"],
            Sources = [.. root.GetSection("Sources").GetChildren()],
            MaxSize = maxSize is null ? ParseSize("MaxSize", root["MaxSize"]) : ParseSize("--max-size", maxSize),
            FreeDiskFloor = ParseSize("FreeDiskFloor", root["FreeDiskFloor"]) ?? 256L << 20,
            Index = readIndex(root),
        };
    }

    /// <summary>The same, waiting until lines are searchable where that is wanted.</summary>
    /// <exception cref="UserException">There is no engine: what the embedded index has is searchable at once.</exception>
    public Settings Waiting(bool wanted) => !wanted ? this
        : Index is null ? throw new UserException("--wait-searchable: is for an engine (--index); lines of the embedded index can be searched once they count as collected")
        : this with { Index = Index with { WaitSearchable = true } };

    /// <summary>The engine that lines are read from; null: the embedded index. Reads no more than it must.</summary>
    /// <exception cref="UserException">A value is not understood.</exception>
    public static ElasticOptions? ReadIndex(DataFolder folder, string? index) =>
        IndexSettings.MayBeNamed(folder, index) ? IndexSettings.Read(folder, index, ReadRoot(folder, null)) : null;

    /// <summary>The engine that a cluster's lines are read from; null: none is named.</summary>
    /// <exception cref="UserException">A value is not understood.</exception>
    public static ElasticOptions? ReadIndexOfCluster(DataFolder folder, string? index) => IndexSettings.ReadOfCluster(index, ReadRoot(folder, null));

    /// <summary>The database of a cluster that is read; null: the data folder's own. Reads no more than it must.</summary>
    public static string? ReadDatabase(DataFolder folder) => SettingNames.FromEnvironment("Database")
        ?? (File.Exists(Path.Combine(folder.Path, "appsettings.json")) ? ReadRoot(folder, null)["Database"] : null);

    private static IConfigurationRoot ReadRoot(DataFolder folder, string? file)
    {
        if (file is not null && !File.Exists(file))
        {
            throw new UserException($"--config: there is no file {file}");
        }

        var path = Path.GetFullPath(file ?? Path.Combine(folder.Path, "appsettings.json"));
        var builder = new ConfigurationBuilder();
        if (File.Exists(path))
        {
            builder.AddJsonFile(path, optional: false, reloadOnChange: false);
            SettingNames.Require(path, Build(builder, path));
        }

        return Build(builder.AddEnvironmentVariables("GRANARY__"), path);
    }

    /// <summary>Reads <c>1500</c>, <c>200MB</c>, <c>50GB</c>, <c>1TB</c>; the units are decimal, KiB, MiB, GiB binary.</summary>
    /// <exception cref="UserException">Not such a size.</exception>
    public static long? ParseSize(string name, string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        var digits = text.TrimEnd([.. "kKmMgGtTiIbB "]);
        long unit = text[digits.Length..].Trim().ToUpperInvariant() switch
        {
            "" or "B" => 1,
            "K" or "KB" => 1000,
            "M" or "MB" => 1000_000,
            "G" or "GB" => 1000_000_000,
            "T" or "TB" => 1000_000_000_000,
            "KIB" => 1L << 10,
            "MIB" => 1L << 20,
            "GIB" => 1L << 30,
            "TIB" => 1L << 40,
            _ => 0,
        };
        return unit > 0 && double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) && value * unit < long.MaxValue
            ? (long)(value * unit)
            : throw new UserException($"{name}: '{text}' is not a size such as 200MB or 50GB");
    }

    private static IConfigurationRoot Build(IConfigurationBuilder builder, string path)
    {
        try
        {
            return builder.Build();
        }
        catch (InvalidDataException e)
        {
            // The innermost says the line and the place.
            throw new UserException($"{path}: {e.GetBaseException().Message}");
        }
    }
}
