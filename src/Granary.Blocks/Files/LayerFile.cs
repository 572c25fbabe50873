namespace Granary.Blocks.Files;

/// <summary>A file being written.</summary>
internal abstract class LayerFile : IDisposable
{
    public abstract void Write(ReadOnlySpan<byte> bytes, long offset);

    /// <summary>Returns when the device holds what was written.</summary>
    public abstract void Flush();

    public abstract void Dispose();
}
