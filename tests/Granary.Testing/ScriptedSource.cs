using System.Text;
using Granary.Core.Cursors;
using Granary.Core.Model;
using Granary.Core.Ports;

namespace Granary.Testing;

/// <summary>A CI in memory: builds by id, each with logs of given text, and failures at given bytes.</summary>
public sealed class ScriptedSource : ICiSource
{
    /// <summary>The logs of each build: path to content.</summary>
    public Dictionary<string, Dictionary<string, byte[]>> Logs { get; } = [];

    /// <summary>Called before each read of a log with its path and the offset reached; may throw.</summary>
    public Action<string, long> BeforeRead { get; set; } = (_, _) => { };

    /// <summary>Called before the logs of a build are listed; may throw.</summary>
    public Action<Build> BeforeList { get; set; } = _ => { };

    /// <summary>Called before a log is opened, with its path; may throw.</summary>
    public Action<string> BeforeOpen { get; set; } = _ => { };

    /// <summary>Waited for before a log is opened.</summary>
    public Func<string, CancellationToken, Task> UntilOpen { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>The offsets at which logs were opened, in order.</summary>
    public List<(string File, long Offset)> Opened { get; } = [];

    /// <summary>Files that are listed and not to be read, with the reason.</summary>
    public Dictionary<string, string> Skipped { get; } = [];

    /// <summary>Whether logs can be resumed in the middle.</summary>
    public bool Resumes { get; set; } = true;

    /// <summary>The validator of every content; changing it forbids resuming.</summary>
    public string ETag { get; set; } = "one";

    public Func<Receipt, bool>? IsOutgrown => null;

    public bool IsWanted(Build build) => true;

    public void Add(string build, string file, string text) =>
        (Logs.TryGetValue(build, out var logs) ? logs : Logs[build] = [])[file] = Encoding.UTF8.GetBytes(text);

    public async IAsyncEnumerable<BuildPage> ReadPagesAsync(
        CursorState cursor, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        await Task.CompletedTask;
        yield return new([.. Logs.Keys.Select(BuildOf)], null);
    }

    public Task<IReadOnlyList<Build>> ReadBuildsAsync(IReadOnlyList<Build> open, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<Build>>([]);

    public async Task<IReadOnlyList<LogFile>> ListLogsAsync(Build build, CancellationToken cancellation)
    {
        await Task.CompletedTask;
        BeforeList(build);
        return [.. Logs[build.Key.Id].Select(log => new LogFile
        {
            Path = log.Key,
            Url = "memory:" + log.Key,
            Size = log.Value.Length,
            Skipped = Skipped.GetValueOrDefault(log.Key),
        })];
    }

    public async Task<LogBody> OpenLogAsync(Build build, LogFile file, long offset, string? etag, CancellationToken cancellation)
    {
        await UntilOpen(file.Path, cancellation);
        BeforeOpen(file.Path);
        var start = Resumes && etag == ETag ? offset : 0;
        Opened.Add((file.Path, start));
        return new Body(this, file.Path, Logs[build.Key.Id][file.Path], start)
        {
            Offset = start,
            ETag = ETag,
            DeclaredBytes = Logs[build.Key.Id][file.Path].Length,
        };
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>The build that stands for an id.</summary>
    public static Build BuildOf(string id) => new()
    {
        Key = new("scripted", id),
        Job = "job-" + id,
        Finished = true,
        Result = "SUCCESS",
        FinishedAt = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
    };

    private sealed class Body(ScriptedSource source, string path, byte[] content, long start) : LogBody
    {
        private readonly CountingStream stream = new(content, start, offset => source.BeforeRead(path, offset));

        public override long ReceivedBytes => stream.Position;

        public override Stream Content => stream;

        public override ValueTask DisposeAsync() => stream.DisposeAsync();
    }

    private sealed class CountingStream(byte[] content, long start, Action<long> beforeRead) : MemoryStream(content)
    {
        private bool placed;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (!placed)
            {
                placed = true;
                Position = start;
            }

            beforeRead(Position);
            return ValueTask.FromResult(Read(buffer.Span[..Math.Min(buffer.Length, 64 * 1024)]));
        }
    }
}
