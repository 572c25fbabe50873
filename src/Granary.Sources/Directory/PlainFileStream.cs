using Granary.Sources.Decoding;
using Microsoft.Win32.SafeHandles;

namespace Granary.Sources.Directories;

/// <summary>
/// A file's bytes straight into the caller's buffer. Reads at once instead of going round by the thread pool: the bytes of a log
/// just walked over are in the page cache, or come by read-ahead. Large buffers are the caller's part.
/// </summary>
internal sealed class PlainFileStream(SafeFileHandle handle, long position) : ReadOnlyStream
{
    /// <summary>The position of the next byte.</summary>
    public long At { get; private set; } = position;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<int>(cancellationToken);
        }

        var read = RandomAccess.Read(handle, buffer.Span, At);
        At += read;
        return new(read);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            handle.Dispose();
        }

        base.Dispose(disposing);
    }
}
