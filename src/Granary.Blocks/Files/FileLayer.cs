namespace Granary.Blocks.Files;

/// <summary>
/// Every change that the index makes to its folder outside of SQLite goes through here, so that a test can record the changes
/// and play back what a power loss would have left of them.
/// </summary>
internal abstract class FileLayer
{
    /// <summary>Creates a file for writing; one that is there is replaced.</summary>
    public abstract LayerFile Create(string path);

    public abstract void Rename(string from, string to);

    /// <summary>Makes names in the folder durable; nothing on systems that cannot.</summary>
    public abstract void FlushDirectory(string path);

    public abstract void Delete(string path);

    /// <summary>Bytes that can still be written where the folder is.</summary>
    public abstract long FreeBytes(string folder);
}
