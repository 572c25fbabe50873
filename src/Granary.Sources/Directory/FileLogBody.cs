using Granary.Core.Ports;
using Granary.Sources.Decoding;

namespace Granary.Sources.Directories;

/// <summary>A log file being read.</summary>
internal sealed class FileLogBody : LogBody
{
    // A plain file is resumed by seeking, a compressed one by decoding again up to the place.
    private const string Plain = "plain ";
    private const string Compressed = "compressed ";

    private readonly PlainFileStream file;

    private FileLogBody(PlainFileStream file, Stream content) => (this.file, Content) = (file, content);

    public override long ReceivedBytes => file.At;

    public override Stream Content { get; }

    /// <exception cref="CiException">Gone, or it cannot be read.</exception>
    public static async ValueTask<LogBody> OpenAsync(
        string path, long offset, string? etag, DecodingLimits limits, CancellationToken cancellation)
    {
        try
        {
            var info = new FileInfo(path);
            if (info is { Exists: true, Length: 0 })
            {
                // Pipes and devices have no length either, and opening a pipe waits for its writer.
                return new EmptyLogBody { Offset = 0, DeclaredBytes = 0 };
            }

            var handle = File.OpenHandle(
                path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.SequentialScan);
            var size = RandomAccess.GetLength(handle);
            var version = FileVersion.Of(size, File.GetLastWriteTimeUtc(handle));
            if (offset > 0 && offset <= size && etag == Plain + version)
            {
                var rest = new PlainFileStream(handle, offset);
                return new FileLogBody(rest, rest) { Offset = offset, ETag = etag, DeclaredBytes = size };
            }

            var whole = new PlainFileStream(handle, 0);
            var decoded = await DecodedLog.OpenAsync(whole, EncodingsOf(path), limits, () => whole.At, cancellation);
            var tag = (decoded.Compressed ? Compressed : Plain) + version;
            var skipped = offset > 0 && etag == tag && await StreamSkip.SkipAsync(decoded, offset, cancellation);
            return new FileLogBody(whole, decoded) { Offset = skipped ? offset : 0, ETag = tag, DeclaredBytes = size };
        }
        catch (Exception gone) when (gone is FileNotFoundException or DirectoryNotFoundException)
        {
            throw DirectorySource.Gone(path, gone);
        }
        catch (Exception failure) when (failure is UnauthorizedAccessException or IOException and not LogCutException)
        {
            throw new CiException($"{path} cannot be read: {failure.Message}", failure);
        }
    }

    // Brotli has no magic number: its name alone tells it.
    private static string[] EncodingsOf(string path) => path.EndsWith(".br", StringComparison.OrdinalIgnoreCase) ? ["br"] : [];

    public override async ValueTask DisposeAsync() => await Content.DisposeAsync();
}
