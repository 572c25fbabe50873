using Granary.Core.Model;
using Granary.Sources.Zuul;

namespace Granary.Sources;

/// <summary>Tells where a build came from.</summary>
public static class SourceOrigin
{
    /// <summary>
    /// Whether a build came from where the source reads: the same folder, or the same tenant of the same Zuul, however the address was
    /// written (over http or https). A Zuul's build without a page of its own is told by nothing.
    /// </summary>
    public static bool IsOf(Build build, SourceDefinition source)
    {
        ArgumentNullException.ThrowIfNull(build);
        ArgumentNullException.ThrowIfNull(source);
        return source.Kind == SourceFactory.DirectoryKind
            ? build.LogUrl == Path.GetFullPath(Path.Combine(source.Address, build.Key.Id))
            : build.Url is { } page && ZuulAddress.TryParse(source.Address, source.Tenant) is { } read
                && ZuulAddress.TryParse(page, null) is { } made && made.Tenant == read.Tenant && Root(made.Base) == Root(read.Base);
    }

    private static string? Root(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var root) ? root.Authority + root.AbsolutePath.TrimEnd('/') : null;
}
