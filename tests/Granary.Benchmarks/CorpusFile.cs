using System.IO.Compression;

namespace Granary.Benchmarks;

/// <summary>A file of the corpus.</summary>
internal static class CorpusFile
{
    /// <summary>The log in a file, plain or <c>.gz</c>.</summary>
    public static byte[] Read(string path)
    {
        using var file = File.OpenRead(path);
        using Stream content = path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file;
        using var text = new MemoryStream();
        content.CopyTo(text);
        return text.ToArray();
    }
}
