using Granary.Blocks.Files;

namespace Granary.CrashTests;

/// <summary>
/// A disk whose power goes at a chosen operation: from then on nothing works, and what was not flushed until then may be missing
/// or torn once <see cref="Settle"/> has decided.
/// </summary>
internal sealed class LossyLayer(long lossAt, Random random) : FileLayer
{
    private readonly Lock gate = new();
    private readonly HashSet<string> unflushed = [];
    private readonly List<(string From, string To)> unnamed = [];
    private readonly Dictionary<string, byte[]> deleted = [];

    /// <summary>Operations so far.</summary>
    public long Operations { get; private set; }

    public bool Lost { get; private set; }

    public override LayerFile Create(string path)
    {
        Do(() => unflushed.Add(path));
        return new LossyFile(this, path, DiskFileLayer.Instance.Create(path));
    }

    public override void Rename(string from, string to) => Do(() =>
    {
        DiskFileLayer.Instance.Rename(from, to);
        unnamed.Add((from, to));
        if (unflushed.Remove(from))
        {
            unflushed.Add(to);
        }
    });

    public override void FlushDirectory(string path) => Do(() =>
    {
        DiskFileLayer.Instance.FlushDirectory(path);
        unnamed.RemoveAll(name => Path.GetDirectoryName(name.To) == path);
        foreach (var file in deleted.Keys.Where(file => Path.GetDirectoryName(file) == path).ToList())
        {
            deleted.Remove(file);
        }
    });

    public override void Delete(string path) => Do(() =>
    {
        deleted[path] = File.ReadAllBytes(path);
        DiskFileLayer.Instance.Delete(path);
    });

    public override long FreeBytes(string folder) => long.MaxValue;

    /// <summary>What the disk really holds after the loss, once every writer has stopped.</summary>
    public void Settle()
    {
        foreach (var path in unflushed.Where(File.Exists))
        {
            Tear(path);
        }

        foreach (var (from, to) in Enumerable.Reverse(unnamed).Where(name => File.Exists(name.To) && random.Next(2) == 0))
        {
            File.Move(to, from, overwrite: true);
        }

        foreach (var (path, bytes) in deleted.Where(_ => random.Next(2) == 0))
        {
            File.WriteAllBytes(path, bytes);
        }
    }

    private void Tear(string path)
    {
        var bytes = File.ReadAllBytes(path);
        switch (random.Next(4))
        {
            case 0:
                File.Delete(path);
                return;
            case 1:
                bytes = bytes[..random.Next(bytes.Length + 1)];
                break;
            case 2:
                bytes.AsSpan(random.Next(bytes.Length + 1)).Clear();
                break;
            default:
                break;
        }

        File.WriteAllBytes(path, bytes);
    }

    private void Do(Action operation)
    {
        lock (gate)
        {
            Lost |= ++Operations >= lossAt;
            if (Lost)
            {
                throw new IOException("the power is gone");
            }

            operation();
        }
    }

    private sealed class LossyFile(LossyLayer layer, string path, LayerFile inner) : LayerFile
    {
        public override void Write(ReadOnlySpan<byte> bytes, long offset)
        {
            lock (layer.gate)
            {
                layer.Do(() => layer.unflushed.Add(path));
                inner.Write(bytes, offset);
            }
        }

        public override void Flush() => layer.Do(() =>
        {
            inner.Flush();
            layer.unflushed.Remove(path);
        });

        public override void Dispose() => inner.Dispose();
    }
}
