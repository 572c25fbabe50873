using Granary.Core.Capacity;
using Granary.Core.Masking;
using Granary.Core.Model;
using Granary.Core.Ports;
using Granary.Core.Streams;

namespace Granary.App.Collecting;

/// <summary>
/// The embedded collecting loop: follows the configured sources, reads pending builds, writes their lines. One runs on a data folder at
/// a time. It tells what it does as <see cref="CollectEvent"/>s, from any thread.
/// </summary>
public sealed class Collector
{
    private readonly IStateStore state;
    private readonly CollectorOptions options;
    private readonly TimeProvider time;
    private readonly Func<SourceDefinition, ICiSource> open;
    private readonly Func<SourceDefinition, Masker> maskers;
    private readonly Action<CollectEvent> tell;
    private readonly Signal changed = new();
    private readonly InProcessChunkChannel channel;
    private readonly BuildRunner runner;
    private readonly StageMeter pages;
    private readonly Dictionary<string, FollowedSource> followed = [];
    private readonly Dictionary<string, string> unusable = [];
    private readonly OrphanedBuilds orphans;
    private IReadOnlyList<PendingBuild> swept = [];
    private Task sweeping = Task.CompletedTask;
    private long outageSince;

    /// <param name="state">Sources, cursors, receipts.</param>
    /// <param name="index">Where lines go.</param>
    /// <param name="open">Makes the reader of a source.</param>
    /// <param name="maskers">
    /// Gives the masking of a source for each build that is begun: it knows the source's own credentials, which may change.
    /// </param>
    /// <param name="options">How to work.</param>
    /// <param name="time">Every clock and pause.</param>
    /// <param name="tell">Told of every event; must be quick and safe to call from any thread.</param>
    public Collector(
        IStateStore state, IIndexWriter index, Func<SourceDefinition, ICiSource> open, Func<SourceDefinition, Masker> maskers,
        CollectorOptions options, TimeProvider time, Action<CollectEvent> tell)
    {
        (this.state, this.open, this.maskers, this.options, this.time, this.tell) = (state, open, maskers, options, time, tell);
        Capacity = new(time);
        pages = Capacity.AddStage("pages", 1);
        Ingest = new(Capacity.AddStage("fetch", options.ReadPermits), Capacity.AddStage("normalise", options.ReadPermits));
        channel = new(index, Capacity.AddStage("index", 1), time, options.IndexPause)
        {
            AvailabilityChanged = e => NoteAvailability(e?.Message),
        };
        orphans = new(state, index, channel.SettleAsync, reason => tell(new CollectEvent.OrphansLeft(reason)));
        runner = new(state, index, channel, options, Ingest, time, CountAndTell);
    }

    /// <summary>How the stages spend their time.</summary>
    public CapacityMeter Capacity { get; }

    public CollectorCounts Counts { get; } = new();

    /// <summary>Why the index takes nothing now; null where it does.</summary>
    public string? IndexOutage { get; private set; }

    /// <summary>The meters of reading: entries and raw bytes that have passed are here.</summary>
    public IngestMeters Ingest { get; }

    /// <summary>Builds being read or waiting for their last acknowledgements.</summary>
    public int InFlight => runner.InFlight;

    /// <summary>Collects until cancelled; with <see cref="CollectorOptions.Once"/> until what the CIs have now is done with.</summary>
    /// <returns>True where every source was read to its end, no build failed or is left, and the index refused nothing.</returns>
    public async Task<bool> RunAsync(CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await state.BeginRunAsync(cancellation);
        var pump = channel.RunAsync(stop.Token);
        try
        {
            return await CollectAsync(pump, stop.Token);
        }
        finally
        {
            await stop.CancelAsync();
            foreach (var source in followed.Values)
            {
                await source.StopAsync();
            }

            await Task.WhenAll(pump, sweeping).ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }

    private async Task<bool> CollectAsync(Task pump, CancellationToken cancellation)
    {
        await FollowAsync(cancellation);
        var sourcesRead = time.GetTimestamp();
        while (true)
        {
            if (pump.IsFaulted)
            {
                await pump;
            }

            var next = changed.Next;
            if (!options.Once && time.GetElapsedTime(sourcesRead) >= options.SourcesInterval)
            {
                await FollowAsync(cancellation);
                sourcesRead = time.GetTimestamp();
            }

            await SweepAsync(cancellation);
            RequireIndexForOnce();
            var wait = await StartPendingAsync(cancellation);
            var ended = followed.Values.Count(source => source.Ended) == followed.Count;
            if (options.Once && ended && swept.Count == 0 && wait is null && followed.Values.All(source => source.InFlight.Count == 0) && !await AnyPendingAsync(cancellation))
            {
                return unusable.Count == 0 && orphans.Failure is null && followed.Values.All(source => source.CaughtUp) && Counts is { Failed: 0, Refused: 0 };
            }

            await WaitAsync(Task.WhenAny(next, pump), wait, cancellation);
        }
    }

    /// <summary>
    /// Whether the store holds a pending build after all: one that has just failed and is not told of yet, or one that somebody
    /// asked to be read again meanwhile. Such a source is looked at again.
    /// </summary>
    private async Task<bool> AnyPendingAsync(CancellationToken cancellation)
    {
        var any = false;
        foreach (var source in followed.Values)
        {
            if ((await state.ReadCursorAsync(source.Definition.Id, cancellation)).Pending > 0)
            {
                source.Wake();
                any = true;
            }
        }

        return any;
    }

    /// <summary>Waits for a change, for a pending build's next try, or for the time to look for changed sources.</summary>
    private async Task WaitAsync(Task happened, TimeSpan? wait, CancellationToken cancellation)
    {
        var limit = wait is { } due && due < options.SourcesInterval ? due : options.SourcesInterval;
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await Task.WhenAny(happened, Task.Delay(limit < TimeSpan.Zero ? TimeSpan.Zero : limit, time, timer.Token));
        await timer.CancelAsync();
        cancellation.ThrowIfCancellationRequested();
    }

    /// <summary>Starts as many pending builds as there is room for; says when to look again, null where nothing waits.</summary>
    private async Task<TimeSpan?> StartPendingAsync(CancellationToken cancellation)
    {
        TimeSpan? next = null;
        foreach (var source in followed.Values)
        {
            var wait = await StartPendingAsync(source, cancellation);
            next = next is null || wait < next ? wait ?? next : next;
        }

        return next;
    }

    private async Task<TimeSpan?> StartPendingAsync(FollowedSource source, CancellationToken cancellation)
    {
        // Each source has its share, whatever the others do; few wait for a permit, so that fresh builds soon get theirs.
        var room = source.Room(Math.Max(options.BuildsAhead, options.BuildsInFlight / followed.Count));
        if (room == 0)
        {
            return options.SourcesInterval;
        }

        if (source.TakeUnseen() || source.NextTry <= time.GetUtcNow())
        {
            var rows = await state.ReadPendingAsync(source.Definition.Id, time.GetUtcNow(), room, source.InFlight, cancellation);
            foreach (var row in rows)
            {
                source.Start(row);
            }

            source.NextTry = rows.Count == room
                ? time.GetUtcNow()
                : await state.NextTryAsync(source.Definition.Id, source.InFlight, cancellation);
        }

        return source.NextTry - time.GetUtcNow();
    }

    /// <summary>Starts what is new among the sources, stops what is gone or paused, restarts what has changed.</summary>
    private async Task FollowAsync(CancellationToken cancellation)
    {
        var wanted = (await state.ReadSourcesAsync(cancellation)).Where(IsWanted).ToDictionary(source => source.Id);
        foreach (var (id, source) in followed.ToList())
        {
            if (!wanted.TryGetValue(id, out var definition) || !SourceEquality.Same(definition, source.Definition))
            {
                await source.StopAsync();
                followed.Remove(id);
            }
        }

        foreach (var gone in unusable.Keys.Except(wanted.Keys).ToList())
        {
            unusable.Remove(gone);
        }

        // A removed source that comes back is not read while what was left of it is being deleted.
        foreach (var definition in wanted.Values.Where(definition => !followed.ContainsKey(definition.Id) && !IsSwept(definition.Id)))
        {
            await FollowAsync(definition, cancellation);
        }

        if (swept.Count == 0)
        {
            orphans.Renew();
            await SweepNextAsync(cancellation);
        }

        pages.Permits = Math.Max(1, followed.Count);
    }

    private bool IsSwept(string source) => swept.Any(orphan => orphan.Build.Key.Source == source);

    /// <summary>Goes on with what removed sources left, beside all else, once what was begun of it is done.</summary>
    private Task SweepAsync(CancellationToken cancellation) =>
        swept.Count > 0 && sweeping.IsCompleted ? SweepNextAsync(cancellation) : Task.CompletedTask;

    /// <summary>What is being swept is settled here, where sources begin to be followed: so none is both.</summary>
    private async Task SweepNextAsync(CancellationToken cancellation)
    {
        swept = await orphans.ReadAsync(followed.Keys.ToHashSet(), cancellation);
        if (swept is { Count: > 0 } now)
        {
            sweeping = Task.Run(() => orphans.SweepAsync(now, cancellation), CancellationToken.None);
            _ = sweeping.ContinueWith(_ => changed.Set(), TaskScheduler.Default);
        }
    }

    /// <summary>A source that cannot be opened (any more), for whatever reason, fails alone; it is tried again with the next look.</summary>
    private async Task FollowAsync(SourceDefinition definition, CancellationToken cancellation)
    {
        try
        {
            maskers(definition);
            var source = open(definition);
            var loop = new SourceLoop(definition, source, state, options, pages, time, changed, tell);
            followed[definition.Id] = new(definition, source, loop, () => maskers(definition), runner, changed, time, cancellation);
            unusable.Remove(definition.Id);
        }
        catch (Exception e)
        {
            await TellUnusableAsync(definition, e.Message, cancellation);
        }
    }

    private async Task TellUnusableAsync(SourceDefinition definition, string reason, CancellationToken cancellation)
    {
        if (unusable.GetValueOrDefault(definition.Id) == reason)
        {
            return;
        }

        unusable[definition.Id] = "";
        try
        {
            await state.NotePollAsync(definition.Id, time.GetUtcNow(), reason, cancellation);
            unusable[definition.Id] = reason;
        }
        catch (StateUnavailableException)
        {
            // It is told; it is noted with the next look.
        }

        tell(new CollectEvent.PollFailed(definition, reason));
    }

    private bool IsWanted(SourceDefinition source) =>
        source.IsCollected
        && (options.Only.Count == 0 || options.Only.Contains(source.Name) || options.Only.Contains(source.Id));

    /// <summary>A run that is to end must not wait for ever for an index that takes nothing.</summary>
    private void RequireIndexForOnce()
    {
        if (options.Once && IndexOutage is { } outage && time.GetElapsedTime(outageSince) > options.OnceOutage)
        {
            throw new IndexUnavailableException(outage);
        }
    }

    private void CountAndTell(CollectEvent happened)
    {
        if (happened is CollectEvent.BuildDone done)
        {
            Counts.AddReceipt(done.Receipt);
        }

        tell(happened);
    }

    private void NoteAvailability(string? outage)
    {
        if (IndexOutage != outage)
        {
            outageSince = IndexOutage is null ? time.GetTimestamp() : outageSince;
            IndexOutage = outage;
            tell(new CollectEvent.IndexAvailability(outage));
        }
    }
}
