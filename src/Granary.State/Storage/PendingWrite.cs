namespace Granary.State.Storage;

/// <summary>A write that waits for its turn, and its caller for the commit.</summary>
internal abstract class PendingWrite
{
    /// <summary>False when the caller has given up before it began.</summary>
    public abstract bool Begin();

    /// <summary>Makes the changes; the outcome is told only by <see cref="Committed"/> or <see cref="Failed"/>.</summary>
    public abstract void Apply(StateSession session);

    public abstract void Committed();

    public abstract void Failed(Exception exception);
}

/// <inheritdoc/>
internal sealed class PendingWrite<T>(Func<StateSession, T> write, CancellationToken cancellation) : PendingWrite
{
    private readonly TaskCompletionSource<T> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T result = default!;

    public Task<T> Done => done.Task;

    public override bool Begin() => !cancellation.IsCancellationRequested || !done.TrySetCanceled(cancellation);

    public override void Apply(StateSession session) => result = write(session);

    public override void Committed() => done.SetResult(result);

    public override void Failed(Exception exception) => done.SetException(exception);
}
