using Granary.Blocks.Files;

namespace Granary.Blocks.Tests;

/// <summary>Does what it is told and writes it down, so that the folder can be made again as a power loss at any point leaves it.</summary>
internal sealed class RecordingLayer(string folder) : FileLayer
{
    private sealed record Step(string What, string Path, string? To, long Offset, byte[] Bytes, byte[] Database, byte[] Log);

    private readonly List<Step> steps = [];

    /// <summary>Changes so far; a power loss can come before each and after the last.</summary>
    public int Count => steps.Count;

    /// <summary>Folders whose names were made durable.</summary>
    public IEnumerable<string> FlushedFolders => steps.Where(step => step.What == "directory").Select(step => step.Path);

    public override LayerFile Create(string path)
    {
        Note("create", path);
        return new RecordedFile(this, path, DiskFileLayer.Instance.Create(path));
    }

    public override void Rename(string from, string to)
    {
        Note("rename", from, to);
        DiskFileLayer.Instance.Rename(from, to);
    }

    public override void FlushDirectory(string path)
    {
        Note("directory", path);
        DiskFileLayer.Instance.FlushDirectory(path);
    }

    public override void Delete(string path)
    {
        Note("delete", path);
        DiskFileLayer.Instance.Delete(path);
    }

    public override long FreeBytes(string folder) => long.MaxValue;

    /// <summary>Takes down the state of index.db after the last change.</summary>
    public void Finish() => Note("end", folder);

    /// <summary>Makes the folder as it is when the power goes before a step.</summary>
    /// <param name="step">The first step that does not happen.</param>
    /// <param name="target">An empty folder.</param>
    /// <param name="namesKept">Whether names changed since the folder was flushed are there; bytes not flushed are torn either way.</param>
    public void Replay(int step, string target, bool namesKept)
    {
        var segments = Path.Combine(target, "segments");
        Directory.CreateDirectory(segments);
        var contents = new Dictionary<string, (MemoryStream Written, byte[] Flushed)>();
        Dictionary<string, string> names = [], durable = [];
        foreach (var done in steps.Take(step))
        {
            Apply(done, contents, names);
            durable = done.What == "directory" && done.Path.EndsWith("segments", StringComparison.Ordinal) ? new(names) : durable;
        }

        foreach (var (name, file) in namesKept ? names : durable)
        {
            var (written, flushed) = contents[file];
            var torn = written.ToArray()[..(int)(flushed.Length + (written.Length - flushed.Length) / 2)];
            File.WriteAllBytes(Path.Combine(segments, name), namesKept ? torn : flushed);
        }

        File.WriteAllBytes(Path.Combine(target, "index.db"), steps[step].Database);
        File.WriteAllBytes(Path.Combine(target, "index.db-wal"), steps[step].Log);
    }

    private static void Apply(
        Step step, Dictionary<string, (MemoryStream Written, byte[] Flushed)> contents, Dictionary<string, string> names)
    {
        switch (step.What)
        {
            case "create":
                contents[step.Path] = (new MemoryStream(), []);
                names[Path.GetFileName(step.Path)] = step.Path;
                break;
            case "write":
                contents[step.Path].Written.Position = step.Offset;
                contents[step.Path].Written.Write(step.Bytes);
                break;
            case "flush":
                contents[step.Path] = (contents[step.Path].Written, contents[step.Path].Written.ToArray());
                break;
            case "rename":
                names.Remove(Path.GetFileName(step.Path), out var file);
                names[Path.GetFileName(step.To!)] = file!;
                break;
            case "delete":
                names.Remove(Path.GetFileName(step.Path));
                break;
        }
    }

    private void Note(string what, string path, string? to = null, long offset = 0, byte[]? bytes = null) =>
        steps.Add(new Step(what, path, to, offset, bytes ?? [], Copy("index.db"), Copy("index.db-wal")));

    private byte[] Copy(string name)
    {
        var path = Path.Combine(folder, name);
        if (!File.Exists(path))
        {
            return [];
        }

        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private sealed class RecordedFile(RecordingLayer layer, string path, LayerFile file) : LayerFile
    {
        public override void Write(ReadOnlySpan<byte> bytes, long offset)
        {
            layer.Note("write", path, null, offset, bytes.ToArray());
            file.Write(bytes, offset);
        }

        public override void Flush()
        {
            layer.Note("flush", path);
            file.Flush();
        }

        public override void Dispose() => file.Dispose();
    }
}
