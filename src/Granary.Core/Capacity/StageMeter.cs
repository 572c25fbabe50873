namespace Granary.Core.Capacity;

/// <summary>
/// Measures one stage of the road of a log line: how long its permits are busy, and how long blocked by what comes after; what
/// remains, they starve. Threads may enter and leave at any time.
/// </summary>
public sealed class StageMeter
{
    private readonly TimeProvider time;
    private readonly Lock gate = new();
    private readonly long started;
    private Clock busy;
    private Clock blocked;
    private long items;
    private long bytes;
    private int permits;

    public StageMeter(string name, int permits, TimeProvider time)
    {
        (Name, this.permits, this.time) = (name, permits, time);
        started = time.GetTimestamp();
    }

    /// <summary>The stage's name as <c>status</c> and the metrics show it.</summary>
    public string Name { get; }

    /// <summary>How many may work at once; may change while it is measured.</summary>
    public int Permits
    {
        get => Volatile.Read(ref permits);
        set => Volatile.Write(ref permits, value);
    }

    /// <summary>Counts the time until the scope is disposed as work.</summary>
    public Scope Busy() => Enter(isBusy: true);

    /// <summary>Counts the time until the scope is disposed as waiting for what comes after.</summary>
    public Scope Blocked() => Enter(isBusy: false);

    /// <summary>Takes the time until the scope is disposed out of the <see cref="Busy"/> scope around it: work of another stage.</summary>
    public AwayScope Away()
    {
        Leave(isBusy: true);
        return new(this);
    }

    /// <summary>Counts what has passed through.</summary>
    public void Passed(long passedItems, long passedBytes)
    {
        Interlocked.Add(ref items, passedItems);
        Interlocked.Add(ref bytes, passedBytes);
    }

    /// <summary>Sums since the meter was made; those under way count up to now.</summary>
    public StageSums Read()
    {
        lock (gate)
        {
            var now = time.GetTimestamp();
            return new(
                time.GetElapsedTime(started, now),
                time.GetElapsedTime(0, busy.Total(now)),
                time.GetElapsedTime(0, blocked.Total(now)),
                Interlocked.Read(ref items),
                Interlocked.Read(ref bytes),
                Permits);
        }
    }

    private Scope Enter(bool isBusy)
    {
        lock (gate)
        {
            (isBusy ? ref busy : ref blocked).Enter(time.GetTimestamp());
        }

        return new(this, isBusy);
    }

    private void Leave(bool isBusy)
    {
        lock (gate)
        {
            (isBusy ? ref busy : ref blocked).Leave(time.GetTimestamp());
        }
    }

    /// <summary>Ends a measured span when disposed; dispose it once.</summary>
    public readonly struct Scope : IDisposable
    {
        private readonly StageMeter meter;
        private readonly bool isBusy;

        internal Scope(StageMeter meter, bool isBusy) => (this.meter, this.isBusy) = (meter, isBusy);

        /// <inheritdoc/>
        public void Dispose() => meter.Leave(isBusy);
    }

    /// <summary>Goes on with the busy scope around it when disposed; dispose it once.</summary>
    public readonly struct AwayScope : IDisposable
    {
        private readonly StageMeter meter;

        internal AwayScope(StageMeter meter) => this.meter = meter;

        /// <inheritdoc/>
        public void Dispose() => meter.Enter(isBusy: true);
    }

    /// <summary>Adds up the time of all that are inside: Σ(leave − enter) is kept as Σleave − Σenter.</summary>
    private struct Clock
    {
        private long sum;
        private int inside;

        public void Enter(long now)
        {
            sum -= now;
            inside++;
        }

        public void Leave(long now)
        {
            sum += now;
            inside--;
        }

        public readonly long Total(long now) => sum + (inside * now);
    }
}
