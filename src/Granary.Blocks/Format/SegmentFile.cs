using Microsoft.Win32.SafeHandles;

namespace Granary.Blocks.Format;

/// <summary>
/// A segment's bytes, read by offset. Not mapped: a file that somebody cuts short must be an error here, not the process's end.
/// </summary>
internal sealed class SegmentFile : IDisposable
{
    private readonly SafeFileHandle handle;

    /// <exception cref="IOException">The file cannot be opened; <see cref="FileNotFoundException"/> where it is gone.</exception>
    public SegmentFile(string path)
    {
        handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        Length = RandomAccess.GetLength(handle);
    }

    public long Length { get; }

    /// <summary>Fills <paramref name="target"/>.</summary>
    /// <exception cref="InvalidDataException">The file ends before.</exception>
    public void Read(long offset, Span<byte> target)
    {
        while (!target.IsEmpty)
        {
            var read = offset < 0 ? 0 : RandomAccess.Read(handle, target, offset);
            if (read == 0)
            {
                throw new InvalidDataException("the file ends too early");
            }

            target = target[read..];
            offset += read;
        }
    }

    public void Dispose() => handle.Dispose();
}
