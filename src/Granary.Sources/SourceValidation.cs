using Granary.Core.Model;
using Granary.Sources.Zuul;

namespace Granary.Sources;

/// <summary>What is wrong with a definition, by the field's name.</summary>
public static class SourceValidation
{
    /// <summary>Empty for a definition that can be used now. Nothing is fetched.</summary>
    public static IReadOnlyList<(string Field, string Message)> Validate(SourceDefinition definition)
    {
        var errors = ValidateForm(definition);
        Check(errors, nameof(definition.Name), string.IsNullOrWhiteSpace(definition.Name) || IsName(definition.Name),
            "a source's name has letters, digits, '-', '_' and '.', and begins with a letter or a digit");
        Check(errors, nameof(definition.TokenFile), definition.TokenFile is null || File.Exists(definition.TokenFile),
            $"there is no file {definition.TokenFile}");
        Check(errors, nameof(definition.Address), definition.Kind != SourceFactory.DirectoryKind || Directory.Exists(definition.Address),
            $"there is no directory {definition.Address}");
        return errors;
    }

    /// <summary>What is wrong whatever the disk holds now: a directory or token file may come back later.</summary>
    internal static List<(string Field, string Message)> ValidateForm(SourceDefinition definition)
    {
        ArgumentNullException.ThrowIfNull(definition);
        var errors = new List<(string Field, string Message)>();
        Check(errors, nameof(definition.Id), IsId(definition.Id), $"'{definition.Id}' is not an id: lower-case letters, digits and '-'");
        Check(errors, nameof(definition.Name), !string.IsNullOrWhiteSpace(definition.Name), "a source needs a name");
        Check(errors, nameof(definition.PollInterval), definition.PollInterval >= TimeSpan.FromSeconds(1), "must be 1 s or more");
        Check(errors, nameof(definition.MaxConnections), definition.MaxConnections is >= 1 and <= 256, "must be between 1 and 256");
        foreach (var host in definition.AllowedHosts.Where(host => !IsHost(host)))
        {
            errors.Add((nameof(definition.AllowedHosts), $"'{host}' is not a host: NAME, NAME:PORT or *.DOMAIN"));
        }

        switch (definition.Kind)
        {
            case SourceFactory.ZuulKind:
                CheckZuul(errors, definition);
                break;
            case SourceFactory.DirectoryKind:
                Check(errors, nameof(definition.Address), Path.IsPathFullyQualified(definition.Address),
                    $"'{definition.Address}' is not an absolute path");
                break;
            default:
                errors.Add((nameof(definition.Kind),
                    $"'{definition.Kind}' is not a kind of source: {SourceFactory.ZuulKind} or {SourceFactory.DirectoryKind}"));
                break;
        }

        return errors;
    }

    private static void CheckZuul(List<(string Field, string Message)> errors, SourceDefinition definition)
    {
        if (!Uri.TryCreate(definition.Address, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            errors.Add((nameof(definition.Address), $"'{definition.Address}' is not an http or https address"));
            return;
        }

        Check(errors, nameof(definition.Address), address.UserInfo.Length == 0, "holds user info: put the token into a token file");
        Check(errors, nameof(definition.Address), address.Query.Length == 0 && address.Fragment.Length == 0,
            "has a query or fragment: give the API's base address");
        Check(errors, nameof(definition.Tenant), ZuulAddress.TryParse(definition.Address, definition.Tenant) is not null,
            "a zuul source needs a tenant");
    }

    private static bool IsId(string id) =>
        !string.IsNullOrEmpty(id) && id.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '-');

    // Builds are named SOURCE/ID, and names are shown on terminals and typed into shells.
    private static bool IsName(string name) =>
        char.IsLetterOrDigit(name[0]) && name.All(letter => char.IsLetterOrDigit(letter) || letter is '-' or '_' or '.');

    private static bool IsHost(string host) =>
        Uri.TryCreate($"http://{(host.StartsWith("*.", StringComparison.Ordinal) ? host[2..] : host)}/", UriKind.Absolute, out var parsed)
        && parsed.PathAndQuery == "/" && parsed.UserInfo.Length == 0;

    private static void Check(List<(string Field, string Message)> errors, string field, bool good, string message)
    {
        if (!good)
        {
            errors.Add((field, message));
        }
    }
}
