using System.Globalization;
using Granary.Core.Model;

namespace Granary.App.Searching;

/// <summary>Where a person finds a line at its CI.</summary>
public static class LineAddress
{
    /// <summary>
    /// Zuul's web interface shows a log of a build at <c>…/build/UUID/log/PATH#LINE</c>; elsewhere it is the log's own address,
    /// for a local file its path.
    /// </summary>
    public static string Of(Build build, string file, string fileUrl, long line)
    {
        var isZuul = build.Url is { } page && page.Contains("/build/", StringComparison.Ordinal) && page.Contains("/t/", StringComparison.Ordinal);
        if (!isZuul)
        {
            return fileUrl;
        }

        var path = string.Join('/', file.Split('/').Select(Uri.EscapeDataString));
        return string.Create(CultureInfo.InvariantCulture, $"{build.Url}/log/{path}#{line}");
    }
}
