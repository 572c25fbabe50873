using Granary.Core.Cursors;
using Granary.Core.Model;
using Granary.Core.Ports;
using Granary.State.Postgres.Tables;
using Session = Granary.State.Postgres.PostgresDatabase.Session;

namespace Granary.State.Postgres;

/// <summary>One page on its way into the tables; see <see cref="IStateStore.TakeAsync"/>.</summary>
internal sealed class PageTaking
{
    private readonly Session session;
    private readonly TakeRules rules;
    private readonly int source;
    private int added;
    private int opened;
    private int closed;
    private int known;

    private PageTaking(Session session, int source, TakeRules rules) => (this.session, this.source, this.rules) = (session, source, rules);

    /// <exception cref="StaleCursorException">The cursor has another version.</exception>
    public static async Task<TakenPage> TakeAsync(Session session, string name, long version, BuildPage page, TakeRules rules)
    {
        // The lock comes before the version is read: two owners take their pages one after the other, and the second sees it.
        await Origins.LockOrAddAsync(session, name);
        var cursor = await Origins.ReadCursorAsync(session, name);
        if (cursor.Version != version)
        {
            throw new StaleCursorException(name, version, cursor.Version);
        }

        var source = await Origins.LockCursorAsync(session, name);
        var taking = new PageTaking(session, source, rules);
        foreach (var build in page.Builds)
        {
            await taking.TakeAsync(build, name);
        }

        foreach (var key in page.Unwanted)
        {
            taking.closed += await ReceiptWriting.DropAsync(session, source, key);
        }

        await Origins.ChangeBacklogAsync(session, source, taking.opened - taking.closed, taking.added);
        if (page.Builds.Max(build => build.FinishedAt) is { } newest)
        {
            await Origins.SeenAsync(session, source, newest);
        }

        if (page.Covered is { } covered)
        {
            var taken = cursor.Taken.Add(covered).ToString();
            await session.RunAsync("UPDATE granary.cursor SET taken = @taken WHERE source = @source", new { source, taken });
        }

        await Origins.RaiseVersionAsync(session, source);
        return new(await Origins.ReadCursorAsync(session, name), taking.added, taking.opened, taking.known);
    }

    private Task TakeAsync(Build build, string name) =>
        build.Key.Source != name ? throw new ArgumentException($"build {build.Key} is not of source {name}")
        : build.Finished ? TakeFinishedAsync(build)
        : TakeRunningAsync(build);

    private async Task TakeRunningAsync(Build build)
    {
        if (await PendingBuilds.FindAsync(session, source, build.Key) is null
            && await Receipts.FindHeadAsync(session, source, build.Key) is null
            && await OpenBuilds.AddOrRefreshAsync(session, source, build, rules.Now, rules.Now + rules.OpenExpiry))
        {
            opened++;
        }
        else
        {
            known++;
        }
    }

    private async Task TakeFinishedAsync(Build build)
    {
        if (await PendingBuilds.FindAsync(session, source, build.Key) is { } pending)
        {
            known++;
            if (pending.Build.Version != build.Version)
            {
                await PendingBuilds.SaveAsync(session, source, PendingRules.Renew(pending, build));
            }

            return;
        }

        closed += await OpenBuilds.RemoveAsync(session, source, build.Key);
        var receipt = await Receipts.FindHeadAsync(session, source, build.Key);
        if (receipt is not null && !await IsReadAgainAsync(receipt, build))
        {
            known++;
            return;
        }

        await PendingBuilds.AddAsync(session, source, await PendingAsync(build, receipt));
        added++;
    }

    private async Task<bool> IsReadAgainAsync(Receipts.Head receipt, Build build) =>
        PendingRules.IsReadAgain((ReceiptStatus)receipt.Status, receipt.Generation, receipt.Version, build)
        || ((ReceiptStatus)receipt.Status == ReceiptStatus.Complete && rules.IsOutgrown is { } outgrown
            && outgrown((await Receipts.FindAsync(session, source, build.Key))!));

    private async Task<PendingBuild> PendingAsync(Build build, Receipts.Head? receipt) => receipt is null
        ? PendingRules.First(build, rules)
        : PendingRules.Next(build, rules, (await Receipts.FindAsync(session, source, build.Key))!);
}
