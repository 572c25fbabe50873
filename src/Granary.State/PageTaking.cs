using Granary.Core.Cursors;
using Granary.Core.Model;
using Granary.Core.Ports;
using Granary.State.Storage;
using Granary.State.Tables;

namespace Granary.State;

/// <summary>One page on its way into the tables; see <see cref="IStateStore.TakeAsync"/>.</summary>
internal sealed class PageTaking
{
    private readonly StateSession session;
    private readonly TakeRules rules;
    private readonly long source;
    private int added;
    private int opened;
    private int closed;
    private int known;

    private PageTaking(StateSession session, long source, TakeRules rules) =>
        (this.session, this.source, this.rules) = (session, source, rules);

    /// <exception cref="StaleCursorException">The cursor has another version.</exception>
    public static TakenPage Take(StateSession session, string name, long version, BuildPage page, TakeRules rules)
    {
        var cursor = CursorTable.Read(session, name);
        if (cursor.Version != version)
        {
            throw new StaleCursorException(name, version, cursor.Version);
        }

        var source = CursorTable.FindOrAdd(session, name);
        var taking = new PageTaking(session, source, rules);
        foreach (var build in page.Builds)
        {
            taking.Take(build, name);
        }

        taking.closed += page.Unwanted.Count(key => ReceiptWriting.Drop(session, source, key));
        OriginTable.ChangeBacklog(session, source, taking.opened - taking.closed, taking.added);
        if (page.Builds.Max(build => build.FinishedAt) is { } newest)
        {
            OriginTable.Seen(session, source, newest);
        }

        if (page.Covered is { } covered && cursor.Taken.Add(covered) is var taken && !taken.Equals(cursor.Taken))
        {
            CursorTable.SetTaken(session, source, taken);
        }

        OriginTable.RaiseVersion(session, source);
        return new(CursorTable.Read(session, name), taking.added, taking.opened, taking.known);
    }

    private void Take(Build build, string name)
    {
        if (build.Key.Source != name)
        {
            throw new ArgumentException($"build {build.Key} is not of source {name}");
        }

        if (build.Finished)
        {
            TakeFinished(build);
        }
        else
        {
            TakeRunning(build);
        }
    }

    private void TakeRunning(Build build)
    {
        if (PendingTable.FindVersion(session, source, build.Key) is null &&
            ReceiptTable.FindHead(session, source, build.Key) is null &&
            OpenTable.AddOrRefresh(session, source, build, rules.Now, rules.Now + rules.OpenExpiry))
        {
            opened++;
        }
        else
        {
            known++;
        }
    }

    private void TakeFinished(Build build)
    {
        if (PendingTable.FindVersion(session, source, build.Key) is { } version)
        {
            known++;
            if (version != build.Version)
            {
                Renew(build);
            }

            return;
        }

        closed += OpenTable.Remove(session, source, build.Key) ? 1 : 0;
        var receipt = ReceiptTable.FindHead(session, source, build.Key);
        if (receipt is not null && !IsReadAgain(receipt, build))
        {
            known++;
            return;
        }

        PendingTable.Add(session, source, receipt is null
            ? PendingRules.First(build, rules)
            : PendingRules.Next(build, rules, ReceiptTable.Find(session, source, build.Key)!));
        added++;
    }

    private bool IsReadAgain(ReceiptHead receipt, Build build) =>
        PendingRules.IsReadAgain(receipt.Status, receipt.Generation, receipt.Version, build)
        || (receipt.Status == ReceiptStatus.Complete && rules.IsOutgrown is { } outgrown && outgrown(ReceiptTable.Find(session, source, build.Key)!));

    /// <summary>The content has changed before it was read to its end.</summary>
    private void Renew(Build build)
    {
        var pending = PendingTable.Find(session, source, build.Key)!;
        PendingTable.Save(session, source, PendingRules.Renew(pending, build));
    }
}
