using Granary.Core.Cursors;
using Granary.Core.Model;

namespace Granary.App.Collecting;

/// <summary>What a collector tells of its work, in the order it happened for each source.</summary>
public abstract record CollectEvent
{
    /// <summary>A page of builds was taken.</summary>
    public sealed record PageTaken(SourceDefinition Source, TakenPage Page) : CollectEvent;

    /// <summary>A source could not be read; it is tried again.</summary>
    public sealed record PollFailed(SourceDefinition Source, string Reason) : CollectEvent;

    /// <summary>A build got its receipt.</summary>
    public sealed record BuildDone(Receipt Receipt) : CollectEvent;

    /// <summary>Reading a build failed; it is tried again.</summary>
    public sealed record BuildDelayed(PendingBuild Pending) : CollectEvent;

    /// <summary>Half-read builds of removed sources could not be taken out of the index; it is tried again.</summary>
    public sealed record OrphansLeft(string Reason) : CollectEvent;

    /// <summary>The index takes nothing (a reason), or takes chunks again (null).</summary>
    public sealed record IndexAvailability(string? Reason) : CollectEvent;
}
