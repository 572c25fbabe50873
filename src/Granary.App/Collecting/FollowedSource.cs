using System.Collections.Concurrent;
using Granary.Core.Masking;
using Granary.Core.Model;
using Granary.Core.Ports;

namespace Granary.App.Collecting;

/// <summary>A source that is being collected: its loop, its reader, and its builds in flight.</summary>
internal sealed class FollowedSource
{
    private readonly CancellationTokenSource stop;
    private readonly ICiSource source;
    private readonly SourceLoop loop;
    private readonly Masker masker;
    private readonly Task polling;
    private readonly ConcurrentDictionary<Task, byte> builds = new();

    public FollowedSource(
        SourceDefinition definition, ICiSource source, SourceLoop loop, Masker masker, Signal ended, CancellationToken cancellation)
    {
        (Definition, this.source, this.loop, this.masker) = (definition, source, loop, masker);
        stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        polling = Task.Run(() => loop.RunAsync(stop.Token), CancellationToken.None);
        _ = polling.ContinueWith(_ => ended.Set(), TaskScheduler.Default);
    }

    public SourceDefinition Definition { get; }

    /// <summary>True when the loop polls no more.</summary>
    /// <exception cref="Exception">The loop failed in a way that no retry mends.</exception>
    public bool Ended => polling.IsFaulted ? throw polling.Exception!.InnerException! : polling.IsCompleted;

    /// <summary>True once everything that the CI had was taken.</summary>
    public bool CaughtUp => loop.CaughtUp;

    public void Start(BuildRunner runner, PendingBuild pending)
    {
        var run = runner.StartAsync(pending, source, masker, stop.Token);
        builds[run] = 0;
        _ = run.ContinueWith(done => builds.TryRemove(done, out _), TaskScheduler.Default);
    }

    /// <summary>Ends polling and reading; what was not acknowledged stays pending.</summary>
    public async Task StopAsync()
    {
        await stop.CancelAsync();
        await Task.WhenAll(builds.Keys.Append(polling)).ContinueWith(_ => { }, TaskScheduler.Default);
        await source.DisposeAsync();
        stop.Dispose();
    }
}
