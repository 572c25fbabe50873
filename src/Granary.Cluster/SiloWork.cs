using Granary.App.Collecting;
using Granary.Core.Capacity;
using Granary.Core.Streams;
using Microsoft.Extensions.Hosting;

namespace Granary.Cluster;

/// <summary>
/// What the grains of one silo share: the queue before the index writer, the permits to read, the meters. Runs beside the silo and
/// is stopped before it: then no new build is begun, and those being read get some time to end.
/// </summary>
public sealed class SiloWork : BackgroundService
{
    private static readonly TimeSpan HurryInterval = TimeSpan.FromMilliseconds(250);

    private readonly TimeProvider time;
    private readonly ClusterOptions options;
    private readonly ReadPermits permits;
    private int running;
    private long queued;

    public SiloWork(ClusterParts parts, ClusterOptions options, TimeProvider time)
    {
        (this.options, this.time) = (options, time);
        Capacity = new(time);
        permits = new(Collecting.ReadPermits);
        Pages = Capacity.AddStage("pages", 1);
        Ingest = new(Capacity.AddStage("fetch", Collecting.ReadPermits), Capacity.AddStage("normalise", Collecting.ReadPermits));
        Transport = new(Capacity.AddStage("compress", Collecting.ReadPermits), Capacity.AddStage("stream", Collecting.ReadPermits));
        Channel = new(parts.Index, Capacity.AddStage("index", 1), time, Collecting.IndexPause);
    }

    public CollectorOptions Collecting { get; } = new() { Ingest = new() { WindowBytes = 8L << 20 } };

    public CapacityMeter Capacity { get; }

    public StageMeter Pages { get; }

    public IngestMeters Ingest { get; }

    public TransportMeters Transport { get; }

    /// <summary>Leads to this silo's index writer.</summary>
    public InProcessChunkChannel Channel { get; }

    /// <summary>True once the silo was asked to stop: no build is begun any more.</summary>
    public bool Draining { get; private set; }

    /// <summary>Builds being read or settling on this silo.</summary>
    public int Running => Volatile.Read(ref running);

    /// <summary>Counts a build as running until the result is disposed.</summary>
    public IDisposable BeginBuild()
    {
        Interlocked.Increment(ref running);
        return new Ending(() => Interlocked.Decrement(ref running));
    }

    /// <summary>Counts a chunk as waiting for the index until the result is disposed.</summary>
    public IDisposable BeginWriting()
    {
        Interlocked.Increment(ref queued);
        return new Ending(() => Interlocked.Decrement(ref queued));
    }

    /// <summary>Waits for a permit to read a build of a source.</summary>
    public Task<IDisposable> EnterAsync(string source, CancellationToken cancellation) => permits.EnterAsync(source, cancellation);

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        Draining = true;
        var asked = time.GetTimestamp();
        while (Running > 0 && time.GetElapsedTime(asked) < options.DrainTime && !cancellationToken.IsCancellationRequested)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), time, CancellationToken.None);
        }

        await base.StopAsync(cancellationToken);
    }

    /// <inheritdoc/>
    /// <remarks>Where one of the two breaks, the host stops: a silo that writes nothing must not take chunks.</remarks>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken) =>
        await await Task.WhenAny(Channel.RunAsync(stoppingToken), HurryAsync(stoppingToken));

    /// <summary>Senders of other silos wait for what is queued here, and cannot say so: no chunk waits long for a batch to fill.</summary>
    private async Task HurryAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(HurryInterval, time);
        while (await timer.WaitForNextTickAsync(cancellation))
        {
            if (Interlocked.Read(ref queued) > 0)
            {
                Channel.Hurry();
            }
        }
    }

    private sealed class Ending(Action end) : IDisposable
    {
        private Action? end = end;

        public void Dispose() => Interlocked.Exchange(ref end, null)?.Invoke();
    }
}
