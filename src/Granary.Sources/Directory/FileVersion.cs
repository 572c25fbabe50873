using System.Globalization;

namespace Granary.Sources.Directories;

/// <summary>What tells two contents of one file apart without reading them: its size and modification time.</summary>
internal static class FileVersion
{
    public static string Of(long size, DateTime written) => string.Create(CultureInfo.InvariantCulture, $"{size}-{written.Ticks}");
}
