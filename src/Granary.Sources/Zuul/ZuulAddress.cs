namespace Granary.Sources.Zuul;

/// <summary>A Zuul's base address and tenant, however people write them.</summary>
/// <param name="Base">Without a trailing slash.</param>
internal sealed record ZuulAddress(string Base, string Tenant)
{
    private static readonly string[] Markers = ["/api/tenant/", "/t/"];

    public string Api => $"{Base}/api/tenant/{Uri.EscapeDataString(Tenant)}";

    /// <summary>
    /// Takes the base address, one that ends in <c>/api</c>, and those of a tenant's API or pages. Null where no tenant is named.
    /// </summary>
    public static ZuulAddress? TryParse(string address, string? tenant)
    {
        var text = address.TrimEnd('/');
        foreach (var marker in Markers)
        {
            var at = text.IndexOf(marker, StringComparison.Ordinal);
            if (at > 0)
            {
                var named = Uri.UnescapeDataString(text[(at + marker.Length)..].Split('/')[0]);
                return Make(text[..at], string.IsNullOrWhiteSpace(tenant) ? named : tenant);
            }
        }

        return Make(text.EndsWith("/api", StringComparison.Ordinal) ? text[..^4] : text, tenant);
    }

    public string BuildPage(string uuid) => $"{Base}/t/{Uri.EscapeDataString(Tenant)}/build/{Uri.EscapeDataString(uuid)}";

    private static ZuulAddress? Make(string root, string? tenant) =>
        string.IsNullOrWhiteSpace(tenant) ? null : new(root.TrimEnd('/'), tenant.Trim());
}
