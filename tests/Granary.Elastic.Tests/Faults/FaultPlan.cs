namespace Granary.Elastic.Tests.Faults;

/// <summary>What goes wrong between writer and engine, by chance of a seed; only bulk requests are touched.</summary>
public sealed class FaultPlan(int seed)
{
    private readonly Random random = new(seed);
    private readonly Lock gate = new();

    /// <summary>Of the items, those answered with 429 and not passed on.</summary>
    public double ItemsPushedBack { get; set; }

    /// <summary>Of the requests, those cut before they reach the engine.</summary>
    public double CutBefore { get; set; }

    /// <summary>Of the requests, those carried out and then cut.</summary>
    public double CutAfter { get; set; }

    /// <summary>Of the requests, those carried out and answered by half.</summary>
    public double HalfAnswers { get; set; }

    /// <summary>Of the requests, those answered with 503.</summary>
    public double Unavailable { get; set; }

    /// <summary>Bodies longer than this (bytes) are answered with 413.</summary>
    public long LargestBody { get; set; } = long.MaxValue;

    public TimeSpan Latency { get; set; }

    /// <summary>Set: no request is answered until it completes.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    /// <summary>Answers requests by method and path in place of the engine; null passes them on.</summary>
    public Func<string, string, (int Status, string Json)?> Script { get; set; } = (_, _) => null;

    /// <summary>As <see cref="Script"/>, by all of the request.</summary>
    public Func<EngineRequest, EngineAnswer?> StandIn { get; set; } = _ => null;

    /// <summary>How often each fault happened.</summary>
    public int Happened { get; private set; }

    internal bool Happens(double chance)
    {
        lock (gate)
        {
            var happens = chance > 0 && random.NextDouble() < chance;
            Happened += happens ? 1 : 0;
            return happens;
        }
    }
}
