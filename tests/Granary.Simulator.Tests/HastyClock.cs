using System.Collections.Concurrent;

namespace Granary.Simulator.Tests;

/// <summary>A clock whose timers fire at once, and that remembers how long they were to wait.</summary>
internal sealed class HastyClock : TimeProvider
{
    public ConcurrentQueue<TimeSpan> Waits { get; } = new();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Waits.Enqueue(dueTime);
        return base.CreateTimer(callback, state, TimeSpan.Zero, period);
    }
}
