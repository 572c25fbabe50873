using Granary.App.Collecting;
using Granary.Core.Model;
using Granary.Core.Ports;
using Microsoft.Extensions.Logging;

namespace Granary.Cluster;

/// <inheritdoc cref="ISourceGrain"/>
/// <remarks>
/// <para>Ownership is stored by the grain (<see cref="SourceOwnership"/>), the cursor by the state store. A page must be taken in
/// one transaction with the builds that it adds, which no grain storage can do; and a page is taken only from the cursor's
/// version that the walk began with. So two activations can both walk, and the database lets one of them take each page: the
/// other's compare-and-swap fails, and it begins anew.</para>
/// <para>A stale activation ends when it stores its ownership next, after its walk at the latest:
/// <c>InconsistentStateException</c> is never caught, and the runtime then deactivates it.</para>
/// <para>No call is long: walks and builds run beside the grain, and it is told when they have ended. A timer polls; a reminder
/// brings the grain back after a crash of its silo.</para>
/// </remarks>
public sealed partial class SourceGrain(
    [PersistentState("source", SourceGrain.Storage)] IPersistentState<SourceOwnership> ownership, ClusterParts parts, ClusterOptions options,
    SourceReaders readers, SiloWork work, TimeProvider time, ILocalSiloDetails silo, ILogger<SourceGrain> log) : Grain, ISourceGrain, IRemindable, IDisposable
{
    /// <summary>The name of the grain storage.</summary>
    public const string Storage = "granary";

    private const string Reminder = "revive";

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(500);

    /// <summary>How often it is looked for builds that became due by time alone: retries, and leases that ran out.</summary>
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(3);

    private readonly CancellationTokenSource stop = new();
    private readonly Signal pendingChanged = new();
    private SourceReaders.Reader? reader;
    private SourceLoop? loop;
    private Task? walk;
    private string? unusable;
    private bool reminded;
    private bool leasing;
    private long walkAt;
    private long lookAt;

    private string Id => this.GetPrimaryKeyString();

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        ownership.State.Epoch++;
        ownership.State.Owner = silo.SiloAddress.ToString();
        await ownership.WriteStateAsync(cancellationToken);
        this.RegisterGrainTimer(TickAsync, new GrainTimerCreationOptions(TimeSpan.Zero, Tick) { KeepAlive = true });
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        await stop.CancelAsync();
        if (walk is not null)
        {
            await walk.WaitAsync(TimeSpan.FromSeconds(5), time, cancellationToken)
                .ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <inheritdoc/>
    public async Task FollowAsync()
    {
        if (!reminded)
        {
            await this.RegisterOrUpdateReminder(Reminder, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1));
            reminded = true;
        }
    }

    /// <summary>To be activated is all that it takes.</summary>
    public Task ReceiveReminder(string reminderName, TickStatus status) => Task.CompletedTask;

    /// <inheritdoc/>
    public async Task WalkedAsync(bool whole, string? error)
    {
        walk = null;
        walkAt = whole && loop is not null ? After(loop.Pause()) : 0;
        lookAt = 0;
        if (whole)
        {
            (ownership.State.WalkedAt, ownership.State.Error) = (time.GetUtcNow(), error);
            await ownership.WriteStateAsync();
        }
    }

    /// <inheritdoc/>
    public Task BuildEndedAsync()
    {
        pendingChanged.Set();
        lookAt = 0;
        return LeaseAsync();
    }

    /// <inheritdoc/>
    public void Dispose() => stop.Dispose();

    private async Task TickAsync(CancellationToken cancellation)
    {
        try
        {
            var found = await readers.FindAsync(Id, cancellation);
            if (found is null)
            {
                await EndAsync();
                return;
            }

            if (!ReferenceEquals(found, reader))
            {
                reader = found;
                loop = new(found.Definition, found.Source, parts.State, work.Collecting, work.Pages, time, pendingChanged, Tell);
            }

            unusable = null;
            WalkWhenDue(loop!);
            await LeaseAsync();
        }
        catch (StateUnavailableException e)
        {
            LogLater(log, Id, e.Message);
        }
        catch (ArgumentException e)
        {
            await TellUnusableAsync(e.Message, cancellation);
        }
    }

    /// <summary>The definition is not valid (any more): told once, and tried again with every tick.</summary>
    private async Task TellUnusableAsync(string reason, CancellationToken cancellation)
    {
        if (unusable != reason)
        {
            LogLater(log, Id, reason);
            await parts.State.NotePollAsync(Id, time.GetUtcNow(), reason, cancellation);
            unusable = reason;
        }
    }

    private void WalkWhenDue(SourceLoop walking)
    {
        // A walk that has ended and could not tell so (its call was lost) must not be the last.
        if (walk is null or { IsCompleted: true } && time.GetTimestamp() >= walkAt && !work.Draining)
        {
            walkAt = After(walking.Pause());
            walk = StartWalk(walking);
        }
    }

    private Task StartWalk(SourceLoop walking)
    {
        var self = this.AsReference<ISourceGrain>();
        return Task.Run(async () =>
        {
            var (whole, error) = (true, (string?)null);
            try
            {
                whole = await walking.PollAsync(stop.Token);
                error = walking.LastError;
            }
            catch (Exception e) when (!stop.IsCancellationRequested)
            {
                error = e.Message;
                LogLater(log, Id, e.ToString());
            }

            if (!stop.IsCancellationRequested)
            {
                await self.WalkedAsync(whole, error);
            }
        });
    }

    /// <summary>Leases what is due, as far as the bound allows, and has it read.</summary>
    private async Task LeaseAsync()
    {
        // Without a reader the source is not (or not yet) known to be wanted.
        if (reader is null || leasing || work.Draining || time.GetTimestamp() < Interlocked.Read(ref lookAt))
        {
            return;
        }

        leasing = true;
        try
        {
            Interlocked.Exchange(ref lookAt, After(LookInterval));
            var leased = await parts.Leases.LeaseAsync(Id, time.GetUtcNow(), options.LeasesPerSource, options.LeaseDuration, stop.Token);
            await Task.WhenAll(leased.Select(StartAsync));
        }
        catch (StateUnavailableException e)
        {
            LogLater(log, Id, e.Message);
        }
        finally
        {
            leasing = false;
        }
    }

    private async Task StartAsync(LeasedBuild build)
    {
        try
        {
            if (!await GrainFactory.GetGrain<IBuildGrain>(BuildGrainKey.Of(build.Lease.Build)).StartAsync(BuildStart.Of(build)))
            {
                await parts.Leases.ReleaseAsync(build.Lease, stop.Token);
            }
        }
        catch (Exception e) when (e is StateUnavailableException or TimeoutException or SiloUnavailableException or OrleansMessageRejectionException)
        {
            // What was leased and not begun is leased again when the lease has run out.
            LogLater(log, Id, e.Message);
        }
    }

    private async Task EndAsync()
    {
        (reader, loop) = (null, null);
        if (await this.GetReminder(Reminder) is { } reminder)
        {
            await this.UnregisterReminder(reminder);
        }

        DeactivateOnIdle();
    }

    /// <summary>Called from the walk's threads.</summary>
    private void Tell(CollectEvent happened)
    {
        if (happened is CollectEvent.PageTaken { Page.Added: > 0 })
        {
            Interlocked.Exchange(ref lookAt, 0);
        }
    }

    private long After(TimeSpan pause) => time.GetTimestamp() + (long)(pause.TotalSeconds * time.TimestampFrequency);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Source {source} goes on later: {reason}")]
    private static partial void LogLater(ILogger log, string source, string reason);
}
