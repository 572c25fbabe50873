using Granary.Blocks.Files;

namespace Granary.Blocks.Tests;

/// <summary>A disk that is full when it is told to be.</summary>
internal sealed class FullDiskLayer : FileLayer
{
    public bool Full { get; set; }

    public long Free { get; set; } = long.MaxValue;

    public override LayerFile Create(string path) => new FullFile(this, DiskFileLayer.Instance.Create(path));

    public override void Rename(string from, string to) => DiskFileLayer.Instance.Rename(from, to);

    public override void FlushDirectory(string path) => DiskFileLayer.Instance.FlushDirectory(path);

    public override void Delete(string path) => DiskFileLayer.Instance.Delete(path);

    public override long FreeBytes(string folder) => Free;

    private sealed class FullFile(FullDiskLayer layer, LayerFile file) : LayerFile
    {
        public override void Write(ReadOnlySpan<byte> bytes, long offset)
        {
            if (layer.Full)
            {
                throw new IOException("No space left on device");
            }

            file.Write(bytes, offset);
        }

        public override void Flush() => file.Flush();

        public override void Dispose() => file.Dispose();
    }
}
