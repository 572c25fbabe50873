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
    private readonly Signal changed;
    private readonly TimeProvider time;
    private readonly ConcurrentDictionary<Task, byte> builds = new();
    private int unseen = 1;

    public FollowedSource(
        SourceDefinition definition, ICiSource source, SourceLoop loop, Masker masker, Signal changed, TimeProvider time,
        CancellationToken cancellation)
    {
        (Definition, this.source, this.loop, this.masker, this.changed, this.time) = (definition, source, loop, masker, changed, time);
        stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        loop.PendingAdded += Wake;
        polling = Task.Run(() => PollAsync(stop.Token), CancellationToken.None);
        _ = polling.ContinueWith(_ => changed.Set(), TaskScheduler.Default);
    }

    public SourceDefinition Definition { get; }

    /// <summary>True when the loop polls no more.</summary>
    /// <exception cref="Exception">The loop failed, and could not be begun again.</exception>
    public bool Ended => polling.IsFaulted ? throw polling.Exception!.InnerException! : polling.IsCompleted;

    /// <summary>True once everything that the CI had was taken.</summary>
    public bool CaughtUp => loop.CaughtUp;

    /// <summary>When the next waiting row may be tried; null where none waits. As of the last look at the rows.</summary>
    public DateTimeOffset? NextTry { get; set; }

    /// <summary>True once after rows were added or put back: asking the store at every change would ask it once a build.</summary>
    public bool TakeUnseen() => Interlocked.Exchange(ref unseen, 0) == 1;

    /// <summary>Says that there may be rows to start.</summary>
    public void Wake()
    {
        Volatile.Write(ref unseen, 1);
        changed.Set();
    }

    public void Start(BuildRunner runner, PendingBuild pending) => _ = FollowAsync(runner.StartAsync(pending, source, masker, stop.Token));

    /// <summary>Ends polling and reading; what was not acknowledged stays pending.</summary>
    public async Task StopAsync()
    {
        await stop.CancelAsync();
        await Task.WhenAll(builds.Keys.Append(polling)).ContinueWith(_ => { }, TaskScheduler.Default);
        await source.DisposeAsync();
        stop.Dispose();
    }

    /// <summary>A loop takes its source's failures as they come; one that breaks all the same is told of and begun again.</summary>
    private async Task PollAsync(CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                await loop.RunAsync(cancellation);
                return;
            }
            catch (Exception broken) when (!cancellation.IsCancellationRequested)
            {
                await loop.FailAsync(broken, cancellation);
            }

            if (loop.Ended)
            {
                return;
            }

            await Task.Delay(loop.Pause(), time, cancellation);
        }
    }

    private async Task FollowAsync(Task<bool> build)
    {
        builds[build] = 0;
        await build.ContinueWith(_ => { }, TaskScheduler.Default);
        builds.TryRemove(build, out _);
        if (build.IsCompletedSuccessfully && build.Result)
        {
            changed.Set();
        }
        else
        {
            Wake();
        }
    }
}
