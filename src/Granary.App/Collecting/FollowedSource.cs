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
    private readonly Func<Masker> masker;
    private readonly BuildRunner runner;
    private readonly Task polling;
    private readonly Signal changed;
    private readonly TimeProvider time;
    private readonly ConcurrentDictionary<BuildKey, byte> inFlight = new();
    private readonly ConcurrentDictionary<Task, byte> builds = new();
    private int unseen = 1;

    public FollowedSource(
        SourceDefinition definition, ICiSource source, SourceLoop loop, Func<Masker> masker, BuildRunner runner, Signal changed, TimeProvider time,
        CancellationToken cancellation)
    {
        (Definition, this.source, this.loop, this.masker, this.runner) = (definition, source, loop, masker, runner);
        (this.changed, this.time) = (changed, time);
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

    /// <summary>The builds that wait for a permit, are being read or settling.</summary>
    public IReadOnlySet<BuildKey> InFlight => inFlight.Keys.ToHashSet();

    /// <summary>
    /// How many builds may be started where so many may be in flight; 0 while there is little room: the collector is woken when
    /// there is more.
    /// </summary>
    public int Room(int mostInFlight)
    {
        var room = Math.Min(mostInFlight - inFlight.Count, runner.Ahead - runner.Permits.Waiting(Definition.Id));
        return room >= runner.Ahead / 2 ? room : 0;
    }

    /// <summary>
    /// Starts one build; it runs on by itself and changes its row in the end. Builds get their permits in the order in which they
    /// are started.
    /// </summary>
    public void Start(PendingBuild pending)
    {
        inFlight[pending.Build.Key] = 0;
        _ = FollowAsync(pending, runner.Permits.EnterAsync(Definition.Id, stop.Token));
    }

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

    private async Task FollowAsync(PendingBuild pending, Task<IDisposable> entering)
    {
        var build = Task.Run(() => runner.RunAsync(pending, source, masker, entering, stop.Token), CancellationToken.None);
        builds[build] = 0;
        _ = entering.ContinueWith(_ => WakeForMore(), TaskScheduler.Default);
        await build.ContinueWith(_ => { }, TaskScheduler.Default);
        builds.TryRemove(build, out _);
        inFlight.TryRemove(pending.Build.Key, out _);
        if (build.IsCompletedSuccessfully && build.Result)
        {
            changed.Set();
        }
        else
        {
            Wake();
        }
    }

    private void WakeForMore()
    {
        if (runner.Permits.Waiting(Definition.Id) <= runner.Ahead / 2)
        {
            changed.Set();
        }
    }
}
