using Granary.Core.Cursors;
using Granary.Core.Model;
using Granary.Core.Ports;

namespace Granary.Testing;

/// <summary>A CI of functions; what is not given answers that there is nothing.</summary>
public sealed class FakeSource : ICiSource
{
    /// <summary>The pages of the walk of a number, from 1.</summary>
    public Func<int, IEnumerable<BuildPage>> Pages { get; init; } = _ => [];

    public Func<IReadOnlyList<Build>, IReadOnlyList<Build>> Open { get; init; } = _ => [];

    /// <summary>Whether a build is asked for.</summary>
    public Func<Build, bool> Wanted { get; init; } = _ => true;

    public Func<Receipt, bool>? IsOutgrown { get; init; }

    /// <summary>Called before the logs of a build are listed: there are none.</summary>
    public Func<Build, CancellationToken, Task> Listing { get; init; } = (_, _) => Task.CompletedTask;

    /// <summary>Walks begun.</summary>
    public int Walks { get; private set; }

    public async IAsyncEnumerable<BuildPage> ReadPagesAsync(
        CursorState cursor, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        await Task.Yield();
        foreach (var page in Pages(++Walks))
        {
            yield return page;
        }
    }

    public bool IsWanted(Build build) => Wanted(build);

    public Task<IReadOnlyList<Build>> ReadBuildsAsync(IReadOnlyList<Build> open, CancellationToken cancellation) =>
        Task.Run(() => Open(open), cancellation);

    public async Task<IReadOnlyList<LogFile>> ListLogsAsync(Build build, CancellationToken cancellation)
    {
        await Listing(build, cancellation);
        return [];
    }

    public Task<LogBody> OpenLogAsync(Build build, LogFile file, long offset, string? etag, CancellationToken cancellation) =>
        throw new CiException("there are no logs") { Gone = true };

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>A page of finished builds of a source, by id.</summary>
    public static BuildPage Page(string source, params IEnumerable<string> ids) =>
        new([.. ids.Select(id => ScriptedSource.BuildOf(id) with { Key = new(source, id) })], null);
}
