using System.Collections;
using Microsoft.Extensions.Configuration;

namespace Granary.Composition;

/// <summary>The settings that a configuration file may hold. A name that is none of them is most likely mistyped, so it is refused.</summary>
internal static class SettingNames
{
    private static readonly string[] OfAll = ["Sources", "MaxSize", "FreeDiskFloor", "Index", "Database"];

    private static readonly string[] OfIndex =
    [
        "Url", "ApiKeyFile", "TokenFile", "User", "PasswordFile", "CaFile", "Prefix", "Shards", "Replicas", "Refresh",
        "WaitSearchable", "Positions", "Codec", "Compress", "RetentionDays",
    ];

    private static readonly string[] OfSource =
    [
        "Name", "Kind", "Url", "Path", "Tenant", "TokenFile", "AllowHosts", "Poll",
        "Projects", "Pipelines", "Jobs", "Branches", "Results", "Files", "Since",
    ];

    /// <summary>
    /// What the environment says of a setting, as reading all settings finds it: <c>GRANARY__NAME</c> in any case. Null where it says nothing.
    /// </summary>
    public static string? FromEnvironment(string name)
    {
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            if (((string)variable.Key).Replace("__", ":", StringComparison.Ordinal).Equals($"GRANARY:{name}", StringComparison.OrdinalIgnoreCase))
            {
                return (string?)variable.Value;
            }
        }

        return null;
    }

    /// <exception cref="UserException">A setting is not known; the message names it.</exception>
    public static void Require(string path, IConfiguration file)
    {
        Require(path, file, OfAll);
        RequireParts(path, file.GetSection("Index"), """{ "Url": … }""");
        Require(path, file.GetSection("Index"), OfIndex);
        RequireParts(path, file.GetSection("Sources"), """[ { "Name": … } ]""");
        foreach (var source in file.GetSection("Sources").GetChildren())
        {
            RequireParts(path, source, """{ "Name": … }""");
            Require(path, source, OfSource);
        }
    }

    /// <summary>One value in place of settings would be passed over.</summary>
    private static void RequireParts(string path, IConfigurationSection section, string wanted)
    {
        if (!string.IsNullOrEmpty(section.Value))
        {
            throw new UserException($"{path}: {section.Path}: '{section.Value}' is not as {wanted}");
        }
    }

    private static void Require(string path, IConfiguration section, string[] known)
    {
        foreach (var setting in section.GetChildren())
        {
            if (!known.Contains(setting.Key, StringComparer.OrdinalIgnoreCase))
            {
                throw new UserException($"{path}: {setting.Path} is not a setting; there are: {string.Join(", ", known)}");
            }
        }
    }
}
