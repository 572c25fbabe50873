using System.Collections.Frozen;

namespace Granary.Sources;

/// <summary>
/// Which files are text by what is said of them. Unknown names are taken for text: the first bytes decide later, see
/// <see cref="Decoding.TextSniffer"/>.
/// </summary>
internal static class TextFiles
{
    private const string NotAskedFor = "not asked for";

    private static readonly FrozenSet<string> BinaryExtensions = new[]
    {
        "png", "jpg", "jpeg", "gif", "ico", "svg", "webp", "bmp", "tif", "tiff", "pdf",
        "zip", "tar", "tgz", "tbz", "tbz2", "txz", "tzst", "xz", "bz2", "lz4", "lzma", "7z", "rar", "jar", "war", "whl", "egg",
        "deb", "rpm", "apk", "iso", "img", "qcow2", "vmdk", "vhd", "raw", "bin", "exe", "dll", "so", "o", "a", "ko", "pyc", "class",
        "journal", "db", "sqlite", "sqlite3", "pcap", "pcapng", "mp4", "webm", "mkv", "avi", "mp3", "wav", "ogg",
        "woff", "woff2", "ttf", "otf", "eot", "p12", "jks", "der", "parquet", "npy", "npz", "pickle", "pkl", "subunit",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string> BinaryTypes = new[]
    {
        "application/zip", "application/x-tar", "application/x-xz", "application/x-bzip2", "application/x-7z-compressed",
        "application/pdf", "application/java-archive", "application/x-rpm", "application/vnd.debian.binary-package",
        "application/x-debian-package", "application/x-iso9660-image", "application/x-sqlite3", "application/vnd.sqlite3",
        "application/x-executable", "application/x-sharedlib", "application/vnd.tcpdump.pcap",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Why the file is not to be read; null where it is.</summary>
    public static string? WhySkipped(string path, string? mediaType, IReadOnlyList<string> globs) =>
        globs.Count > 0 ? (PathGlob.Passes(globs, path) ? null : NotAskedFor) : WhyNotText(path, mediaType);

    /// <summary>Whether a reason is one of <see cref="WhySkipped"/> for the path alone: no byte of the file was looked at.</summary>
    public static bool IsByName(string path, string? reason) => reason is not null && (reason == NotAskedFor || reason == WhyNotText(path, null));

    /// <summary>The path of the file that a compressed one holds; the path itself for any other.</summary>
    public static string WithoutCompression(string path) =>
        path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? path[..^3]
        : path.EndsWith(".br", StringComparison.OrdinalIgnoreCase) ? path[..^3]
        : path.EndsWith(".zst", StringComparison.OrdinalIgnoreCase) ? path[..^4]
        : path;

    private static string? WhyNotText(string path, string? mediaType)
    {
        var extension = Path.GetExtension(WithoutCompression(path)).TrimStart('.');
        if (BinaryExtensions.Contains(extension))
        {
            return $"not text: .{extension.ToLowerInvariant()}";
        }

        var type = mediaType?.Split(';')[0].Trim() ?? "";
        var slash = type.IndexOf('/');
        return BinaryTypes.Contains(type) || (slash > 0 && type[..slash].ToLowerInvariant() is "image" or "audio" or "video" or "font")
            ? $"not text: {type}"
            : null;
    }
}
