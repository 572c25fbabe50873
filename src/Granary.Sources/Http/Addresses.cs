namespace Granary.Sources.Http;

/// <summary>Addresses as they may be shown and compared.</summary>
internal static class Addresses
{
    /// <summary>Without user info and without the query's values, where signed links keep their secrets.</summary>
    public static string Shown(Uri address) =>
        address.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped)
        + (address.Query.Length > 1 ? "?…" : "");

    /// <summary>Scheme, host and port: the reach of a credential.</summary>
    public static bool SameOrigin(Uri left, Uri right) =>
        left.Scheme == right.Scheme && left.Port == right.Port && string.Equals(left.Host, right.Host, StringComparison.OrdinalIgnoreCase);

    /// <summary>Each segment escaped, joined by <c>/</c>, below <paramref name="folder"/> (which ends in <c>/</c> or is made to).</summary>
    public static string Below(string folder, string path)
    {
        var escaped = string.Join('/', path.Split('/').Select(Uri.EscapeDataString));
        return folder.EndsWith('/') ? folder + escaped : $"{folder}/{escaped}";
    }
}
