namespace Granary.App.Collecting;

/// <summary>Wakes everybody who waits for something to have changed; a wake before the wait is not lost.</summary>
public sealed class Signal
{
    private readonly Lock gate = new();
    private TaskCompletionSource next = New();

    /// <summary>Completes at the next <see cref="Set"/>; to be taken before the condition is looked at.</summary>
    public Task Next
    {
        get
        {
            lock (gate)
            {
                return next.Task;
            }
        }
    }

    public void Set()
    {
        TaskCompletionSource fired;
        lock (gate)
        {
            (fired, next) = (next, New());
        }

        fired.SetResult();
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
