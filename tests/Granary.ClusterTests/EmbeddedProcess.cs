using Granary.App.Collecting;
using Granary.Core.Masking;
using Granary.Sources;
using Granary.State.Postgres;

namespace Granary.ClusterTests;

/// <summary>
/// The embedded collector over the same state and index as the silos: what the cluster costs is the difference.
/// <c>embedded DATABASE PORT PORT [counting|repacking]</c>.
/// </summary>
internal static class EmbeddedProcess
{
    public static async Task<int> RunAsync(string[] arguments)
    {
        await using var state = PostgresStateStore.Open(arguments[0], TimeProvider.System);
        await using var index = await SiloProcess.OpenIndexAsync(arguments);
        var collector = new Collector(
            state, index, source => SourceFactory.Create(source, new()), _ => new Masker([]), new(), TimeProvider.System, _ => { });
        Console.WriteLine("silo is up");
        await collector.RunAsync(CancellationToken.None);
        return 0;
    }
}
