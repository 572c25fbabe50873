using System.Diagnostics.CodeAnalysis;
using Granary.Core.Ports;

namespace Granary.CrashTests.Child;

/// <summary>A log with kill points around its reads, its closing, and at one chosen byte.</summary>
internal sealed class KillingBody : LogBody
{
    private readonly LogBody inner;
    private readonly KillSwitch kill;

    [SetsRequiredMembers]
    public KillingBody(LogBody inner, ChildPlan plan, KillSwitch kill)
    {
        (this.inner, this.kill) = (inner, kill);
        (Offset, ETag, DeclaredBytes) = (inner.Offset, inner.ETag, inner.DeclaredBytes);
        Content = new KillingStream(inner.Content, inner.Offset, plan.BreakAt, kill);
    }

    public override long ReceivedBytes => inner.ReceivedBytes;

    public override Stream Content { get; }

    public override async ValueTask DisposeAsync()
    {
        kill.Pass(KillPoints.Before("log.close"));
        await inner.DisposeAsync();
        kill.Pass(KillPoints.After("log.close"));
    }
}
