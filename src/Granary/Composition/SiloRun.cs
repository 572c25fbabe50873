using Granary.Cluster;
using Granary.Elastic;
using Granary.Sources;
using Granary.Sources.Http;
using Granary.State.Postgres;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Granary.Composition;

/// <summary>A silo over PostgreSQL and a search engine.</summary>
internal static class SiloRun
{
    /// <summary>Runs until cancelled, then drains.</summary>
    public static async Task RunAsync(ClusterOptions options, ElasticOptions engine, Settings settings, CancellationToken cancellation)
    {
        NativeHeaps.Limit();
        await using var state = PostgresStateStore.Open(options.Database, TimeProvider.System);
        await ConfiguredSources.SaveAsync(state, settings.Sources, cancellation);
        var (index, retention) = await new EngineWait(TimeProvider.System, Console.Error.WriteLineAsync)
            .ForAsync(cancel => Engines.StartAsync(engine, state, cancel), cancellation);
        await using var ended = index;
        await using var stopped = retention;
        var hosts = new HostGates();
        var parts = new ClusterParts
        {
            State = state,
            Leases = state,
            Index = index,
            Open = (source, enter) => SourceFactory.Create(source, new()
            {
                Hosts = hosts,
                EnterHost = enter.Invoke,
                Log = line => Console.Error.WriteLine($"{source.Name}: {line}"),
            }),
            MaskerOf = new SourceMaskers().Of,
        };
        await using var silo = ClusterSilo.Build(
            options, parts, logging => logging.AddSimpleConsole(console => console.SingleLine = true).SetMinimumLevel(LogLevel.Warning));
        await silo.StartAsync(cancellation);
        await Console.Error.WriteLineAsync($"silo {options.Address}:{options.SiloPort} of {options.ClusterId}, dashboard at {silo.Urls.First()}");
        await silo.WaitForShutdownAsync(cancellation);
        await Console.Error.WriteLineAsync("stopped");
    }
}
