using System.Runtime.CompilerServices;
using Granary.Core.Cursors;
using Granary.Core.Model;
using Granary.Core.Ports;

namespace Granary.Sources.Directories;

/// <summary>
/// Every regular file below a directory is a build with one log. Links are not followed: they could lead out, or round. Each walk
/// gives every file; which ones have changed the store tells by <see cref="Build.Version"/>.
/// </summary>
internal sealed class DirectorySource(SourceDefinition definition, SourceOptions options) : ICiSource
{
    private const int PageSize = 1000;

    private readonly string root = Path.GetFullPath(definition.Address);

    public Func<Receipt, bool>? IsOutgrown => null;

    public bool IsWanted(Build build) => BuildFilter.Passes(definition.Filter, build);

    public async IAsyncEnumerable<BuildPage> ReadPagesAsync(
        CursorState cursor, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await Task.CompletedTask;
        if (!Directory.Exists(root))
        {
            throw new CiException($"there is no directory {root}");
        }

        var walk = new FileWalk(root);
        var builds = new List<Build>(PageSize);
        foreach (var path in walk.Files())
        {
            cancellation.ThrowIfCancellationRequested();
            var build = Describe(path);
            if (build is not null && BuildFilter.Passes(definition.Filter, build))
            {
                builds.Add(build);
            }
            else if (build is null && FileWalk.MayHaveLostBytes(path) && IsWanted(path) && !File.Exists(Path.Combine(root, path)))
            {
                walk.Miss(path, FileWalk.NotUtf8);
            }

            if (builds.Count == PageSize)
            {
                yield return new(builds, null);
                builds = new(PageSize);
            }
        }

        if (builds.Count > 0)
        {
            yield return new(builds, null);
        }

        if (walk.Unreadable is { } unreadable)
        {
            throw new CiException(unreadable);
        }
    }

    public Task<IReadOnlyList<Build>> ReadBuildsAsync(IReadOnlyList<Build> open, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<Build>>([.. open.Select(build => Describe(build.Key.Id)).OfType<Build>()]);

    public Task<IReadOnlyList<LogFile>> ListLogsAsync(Build build, CancellationToken cancellation)
    {
        var file = new FileInfo(FullPath(build.Key.Id));
        return file.Exists
            ? Task.FromResult<IReadOnlyList<LogFile>>([new()
            {
                Path = build.Key.Id,
                Url = file.FullName,
                Size = file.Length,
                Skipped = TextFiles.WhySkipped(build.Key.Id, null, definition.Filter.Files),
            }])
            : throw Gone(file.FullName);
    }

    public async Task<LogBody> OpenLogAsync(Build build, LogFile file, long offset, string? etag, CancellationToken cancellation) =>
        await FileLogBody.OpenAsync(FullPath(build.Key.Id), offset, etag, options.Decoding, cancellation);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    internal static CiException Gone(string path, Exception? inner = null) => new($"{path} is not there any more", inner) { Gone = true };

    private bool IsWanted(string path) =>
        PathGlob.Passes(definition.Filter.Files, path)
        && BuildFilter.Passes(definition.Filter, new() { Key = new(definition.Id, path), Job = JobOf(path), Finished = true });

    /// <summary>Null where the file has gone, became a link, is no regular file, or is not asked for.</summary>
    private Build? Describe(string path)
    {
        var file = new FileInfo(Path.Combine(root, path));
        if (!file.Exists || file.Attributes.HasFlag(FileAttributes.ReparsePoint) || !PathGlob.Passes(definition.Filter.Files, path)
            || (file.Length == 0 && !RegularFile.Is(file.FullName)))
        {
            return null;
        }

        return new Build
        {
            Key = new(definition.Id, path),
            Job = JobOf(path),
            FinishedAt = new DateTimeOffset(file.LastWriteTimeUtc),
            LogUrl = file.FullName,
            Finished = true,
            Version = FileVersion.Of(file.Length, file.LastWriteTimeUtc),
        };
    }

    private static string JobOf(string path) => path.IndexOf('/') is var slash and >= 0 ? path[..slash] : path;

    /// <exception cref="CiException">The id leads out of the directory, by its name or by a link that was put there since.</exception>
    private string FullPath(string id)
    {
        var full = Path.GetFullPath(Path.Combine(root, id));
        var within = Path.EndsInDirectorySeparator(root) ? root : root + Path.DirectorySeparatorChar;
        if (!full.StartsWith(within, StringComparison.Ordinal))
        {
            throw new CiException($"{id} is not below {root}") { Refused = true };
        }

        for (var end = full.Length; end > within.Length; end = full.LastIndexOf(Path.DirectorySeparatorChar, end - 1))
        {
            if (new FileInfo(full[..end]) is { LinkTarget: not null })
            {
                throw new CiException($"{full[..end]} is a link: not followed") { Refused = true };
            }
        }

        return full;
    }
}
