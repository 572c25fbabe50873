using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Granary.Blocks.Files;

/// <summary>The file system itself.</summary>
internal sealed partial class DiskFileLayer : FileLayer
{
    public static readonly DiskFileLayer Instance = new();

    private const int OpenDirectory = 0x10000;

    /// <inheritdoc/>
    public override LayerFile Create(string path) => new DiskFile(
        File.OpenHandle(path, FileMode.Create, FileAccess.Write, FileShare.Read));

    /// <inheritdoc/>
    public override void Rename(string from, string to) => File.Move(from, to, overwrite: true);

    /// <inheritdoc/>
    public override void FlushDirectory(string path)
    {
        // The framework cannot open a folder; Windows and macOS give the weaker promise of their own.
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        var descriptor = Open(path, OpenDirectory);
        if (descriptor < 0)
        {
            throw new IOException($"cannot open {path} to flush it (errno {Marshal.GetLastPInvokeError()})");
        }

        var result = Sync(descriptor);
        var error = Marshal.GetLastPInvokeError();
        _ = Close(descriptor);
        if (result != 0)
        {
            throw new IOException($"cannot flush {path} (errno {error})");
        }
    }

    /// <inheritdoc/>
    public override void Delete(string path) => File.Delete(path);

    /// <inheritdoc/>
    public override long FreeBytes(string folder) => new DriveInfo(folder).AvailableFreeSpace;

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);

    private sealed class DiskFile(SafeFileHandle handle) : LayerFile
    {
        public override void Write(ReadOnlySpan<byte> bytes, long offset) => RandomAccess.Write(handle, bytes, offset);

        public override void Flush() => RandomAccess.FlushToDisk(handle);

        public override void Dispose() => handle.Dispose();
    }
}
