using System.Text.Json;
using Granary.Core.Capacity;
using Granary.Core.Cursors;
using Granary.Core.Lines;
using Granary.Core.Masking;
using Granary.Core.Model;
using Granary.Core.Ports;

namespace Granary.App.Collecting;

/// <summary>
/// Keeps one source's cursor: walks over what is not taken, newest gap first, takes each page in one transaction, looks again at
/// running builds, and starts anew at every poll, so that fresh builds never starve behind a backfill.
/// </summary>
public sealed class SourceLoop(
    SourceDefinition definition, ICiSource source, IStateStore state, CollectorOptions options, StageMeter meter,
    TimeProvider time, Signal changed, Action<CollectEvent> tell)
{
    private static readonly TimeSpan ErrorPauseCap = TimeSpan.FromMinutes(5);

    // A timer takes 49 days at most.
    private static readonly TimeSpan LongestPause = TimeSpan.FromDays(45);

    private readonly OpenBuildWatch openBuilds = new(definition, source, state, time);
    private int failures;
    private string? lastUnseen;
    private TimeSpan askedPause;

    /// <summary>Pending rows may have been added or changed.</summary>
    public event Action? PendingAdded;

    /// <summary>True once a walk has reached everything that the CI had when it began.</summary>
    public bool CaughtUp { get; private set; }

    /// <summary>Why the last walk failed; null after one that did not.</summary>
    public string? LastError { get; private set; }

    /// <summary>With <see cref="CollectorOptions.Once"/>: true when it has caught up, or failed too often.</summary>
    public bool Ended => options.Once && (CaughtUp || failures >= options.MaxAttempts);

    /// <summary>Walks until cancelled; with <see cref="CollectorOptions.Once"/> until caught up, or given up after errors.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (true)
        {
            var whole = await PollAsync(cancellation);
            if (whole && LastError is null)
            {
                CaughtUp = true;
            }

            if (Ended)
            {
                return;
            }

            if (whole)
            {
                await Task.Delay(Pause(), time, cancellation);
            }
        }
    }

    /// <summary>One walk. False where it was left for a new one because fresh builds were due or the cursor was stale.</summary>
    public async Task<bool> PollAsync(CancellationToken cancellation)
    {
        try
        {
            var whole = await WalkAsync(cancellation);
            var unseen = await openBuilds.LookAsync(builds => TakeOpenAsync(builds, cancellation), cancellation);
            if (unseen is not null && options.Once)
            {
                throw new CiException(unseen);
            }

            await state.NotePollAsync(definition.Id, time.GetUtcNow(), null, cancellation);
            (LastError, failures, askedPause) = (null, 0, TimeSpan.Zero);
            await TellUnseenAsync(unseen, cancellation);
            return whole;
        }
        catch (StaleCursorException)
        {
            return false;
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            await FailAsync(e, cancellation);
            return true;
        }
    }

    /// <summary>Whatever it was, the source must not fall silent: it shows in the status and is tried again after <see cref="Pause"/>.</summary>
    public async Task FailAsync(Exception failure, CancellationToken cancellation)
    {
        failures++;
        (LastError, askedPause) = (failure.Message, options.Heeded((failure as CiException)?.RetryAfter));
        try
        {
            await state.NotePollAsync(definition.Id, time.GetUtcNow(), failure.Message, cancellation);
        }
        catch (Exception) when (!cancellation.IsCancellationRequested)
        {
            // It is told; the next poll's outcome is noted anew.
        }

        tell(new CollectEvent.PollFailed(definition, failure.Message));
    }

    /// <summary>Builds that cannot be looked at again show in the status, and slow nothing down.</summary>
    private async Task TellUnseenAsync(string? reason, CancellationToken cancellation)
    {
        if (reason is not null)
        {
            await state.NotePollAsync(definition.Id, time.GetUtcNow(), reason, cancellation);
        }

        if (reason is not null && reason != lastUnseen)
        {
            tell(new CollectEvent.PollFailed(definition, reason));
        }

        lastUnseen = reason;
    }

    private async Task<bool> WalkAsync(CancellationToken cancellation)
    {
        var began = time.GetTimestamp();
        var cursor = await CurrentCursorAsync(cancellation);
        await using var pages = source.ReadPagesAsync(cursor, cancellation).GetAsyncEnumerator(cancellation);
        while (await NextAsync(pages))
        {
            var page = pages.Current;
            if (!await WaitForRoomAsync(page.Backfill, began, cancellation))
            {
                return false;
            }

            var taken = await state.TakeAsync(definition.Id, cursor.Version, page, Rules(), cancellation);
            cursor = taken.Cursor;
            meter.Passed(page.Builds.Count, 0);
            tell(new CollectEvent.PageTaken(definition, taken));
            if (taken.Added + taken.Known > 0)
            {
                PendingAdded?.Invoke();
            }

            if (page.Backfill && !options.Once && time.GetElapsedTime(began) > definition.PollInterval)
            {
                return false;
            }
        }

        return true;
    }

    private async Task<bool> NextAsync(IAsyncEnumerator<BuildPage> pages)
    {
        using var busy = meter.Busy();
        return await pages.MoveNextAsync();
    }

    private async Task<CursorState> CurrentCursorAsync(CancellationToken cancellation)
    {
        var cursor = await state.ReadCursorAsync(definition.Id, cancellation);
        var key = JsonSerializer.Serialize(new { definition.Filter, definition.Address, definition.Tenant });
        if (cursor.FilterKey == key)
        {
            return cursor;
        }

        await state.ResetCursorAsync(definition.Id, key, cancellation);
        return await state.ReadCursorAsync(definition.Id, cancellation);
    }

    /// <summary>
    /// Waits until a page may be taken. False where a backfill's page has waited for so long that fresh builds are due: the walk
    /// goes on later, from where it was.
    /// </summary>
    private async Task<bool> WaitForRoomAsync(bool backfill, long began, CancellationToken cancellation)
    {
        var bound = backfill ? options.PendingBound * 4 / 5 : options.PendingBound;
        using var blocked = meter.Blocked();
        while (true)
        {
            var next = changed.Next;
            if ((await state.ReadCursorAsync(definition.Id, cancellation)).Pending < bound)
            {
                return true;
            }

            var left = backfill && !options.Once ? definition.PollInterval - time.GetElapsedTime(began) : LongestPause;
            if (left <= TimeSpan.Zero)
            {
                return false;
            }

            await next.WaitAsync(left < LongestPause ? left : LongestPause, time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellation.ThrowIfCancellationRequested();
        }
    }

    private async Task TakeOpenAsync(IReadOnlyList<Build> builds, CancellationToken cancellation)
    {
        var cursor = await state.ReadCursorAsync(definition.Id, cancellation);
        var page = new BuildPage([.. builds.Where(source.IsWanted)], null) { Unwanted = [.. builds.Where(build => !source.IsWanted(build)).Select(build => build.Key)] };
        var taken = await state.TakeAsync(definition.Id, cursor.Version, page, Rules(), cancellation);
        tell(new CollectEvent.PageTaken(definition, taken));
        PendingAdded?.Invoke();
    }

    private TakeRules Rules() => new(time.GetUtcNow(), options.OpenExpiry, LineFormat.Version, Masker.Version) { IsOutgrown = source.IsOutgrown };

    /// <summary>How long to wait before the next walk.</summary>
    public TimeSpan Pause()
    {
        if (LastError is null)
        {
            return definition.PollInterval < LongestPause ? definition.PollInterval : LongestPause;
        }

        var doubled = options.RetryBase * Math.Pow(2, Math.Clamp(failures - 1, 0, 16));
        var cap = options.Once ? options.RetryCap : ErrorPauseCap;
        var pause = doubled < cap ? doubled : cap;
        return askedPause > pause ? askedPause : pause;
    }
}
