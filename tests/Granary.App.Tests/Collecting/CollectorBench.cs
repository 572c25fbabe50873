using Granary.App.Collecting;
using Granary.Core.Masking;
using Granary.Core.Model;
using Granary.Core.Ports;
using Granary.State;
using Granary.Testing;

namespace Granary.App.Tests.Collecting;

/// <summary>A collector over made-up sources, for tests of its loops: state in a folder of its own, an index in memory.</summary>
internal sealed class CollectorBench : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string folder = Directory.CreateTempSubdirectory("granary-loops-").FullName;
    private readonly CancellationTokenSource stop = new(Patience);
    private readonly List<(Func<CollectEvent, bool> Wanted, TaskCompletionSource Seen)> waiting = [];
    private readonly List<CollectEvent> events = [];
    private Task<bool> run = Task.FromResult(true);

    private CollectorBench()
    {
    }

    public IStateStore State { get; private set; } = null!;

    public CollectorOptions Options { get; set; } = new()
    {
        RetryBase = TimeSpan.FromMilliseconds(5),
        RetryCap = TimeSpan.FromMilliseconds(20),
        IndexPause = TimeSpan.FromMilliseconds(20),
        SourcesInterval = TimeSpan.FromMilliseconds(50),
        Seed = 1,
    };

    public Func<SourceDefinition, Masker> Maskers { get; set; } = _ => new Masker();

    public TimeProvider Time { get; set; } = TimeProvider.System;

    public static async Task<CollectorBench> CreateAsync(params IEnumerable<string> sources)
    {
        var bench = new CollectorBench();
        bench.State = await SqliteStateStore.OpenAsync(new() { Path = Path.Combine(bench.folder, "state.db") });
        foreach (var source in sources)
        {
            await bench.State.SaveSourceAsync(Source(source), CancellationToken.None);
        }

        return bench;
    }

    public static SourceDefinition Source(string id) =>
        new() { Id = id, Name = id, Kind = "fake", Address = "http://x/", PollInterval = TimeSpan.FromMilliseconds(20) };

    /// <summary>Collects to the end of one pass.</summary>
    public async Task<bool> CollectOnceAsync(IStateStore state, Func<string, ICiSource> open)
    {
        Begin(state, open, Options.ForOnce() with { RetryCap = Options.RetryCap, RetryAfterCap = Options.RetryAfterCap });
        return await run;
    }

    /// <summary>Collects until the bench is disposed.</summary>
    public void Serve(IStateStore state, Func<string, ICiSource> open) => Begin(state, open, Options);

    /// <summary>Waits for an event, or finds that the collector has ended.</summary>
    public async Task SeeAsync(Func<CollectEvent, bool> wanted)
    {
        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (events)
        {
            if (events.Any(wanted))
            {
                return;
            }

            waiting.Add((wanted, seen));
        }

        var ended = await Task.WhenAny(seen.Task, run, Task.Delay(Patience / 2));
        ended.ShouldBe(seen.Task, $"the collector is {run.Status}");
    }

    /// <summary>Waits for a condition of what is stored.</summary>
    public async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (!await condition())
        {
            await pace.WaitForNextTickAsync(stop.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await run.ContinueWith(_ => { }, TaskScheduler.Default);
        await State.DisposeAsync();
        stop.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private void Begin(IStateStore state, Func<string, ICiSource> open, CollectorOptions options)
    {
        var collector = new Collector(state, new MemoryIndex(), source => open(source.Id), source => Maskers(source), options, Time, Note);
        run = collector.RunAsync(stop.Token);
    }

    private void Note(CollectEvent happened)
    {
        lock (events)
        {
            events.Add(happened);
            foreach (var (wanted, seen) in waiting)
            {
                if (wanted(happened))
                {
                    seen.TrySetResult();
                }
            }
        }
    }
}
