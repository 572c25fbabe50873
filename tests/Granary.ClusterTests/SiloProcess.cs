using System.Globalization;
using Granary.Cluster;
using Granary.Core.Masking;
using Granary.Core.Ports;
using Granary.Core.Tests.Streams;
using Granary.Sources;
using Granary.State.Postgres;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Granary.ClusterTests;

/// <summary>A silo over the test's index: <c>silo DATABASE SILO-PORT DASHBOARD-PORT [lossy] [counting] [noted]</c>.</summary>
internal static class SiloProcess
{
    public static async Task<int> RunAsync(string[] arguments)
    {
        ClusterSilo.SpareIdleThreads();
        var options = new ClusterOptions
        {
            Database = arguments[0],
            SiloPort = int.Parse(arguments[1], CultureInfo.InvariantCulture),
            DashboardPort = int.Parse(arguments[2], CultureInfo.InvariantCulture),
            LeaseDuration = TimeSpan.FromSeconds(6),
            ProbeInterval = TimeSpan.FromSeconds(1),
        };
        await using var state = PostgresStateStore.Open(options.Database, TimeProvider.System);
        await using var index = await OpenIndexAsync(arguments);
        var lossy = new LossyTransport<Func<Task>>(options.SiloPort, send => send());
        await using var permits = new NotedPermits(options.Database);
        var noted = arguments.Contains("noted");
        var parts = new ClusterParts
        {
            State = state,
            Leases = state,
            Index = index,
            Open = (source, enter) => SourceFactory.Create(source, new() { EnterHost = noted ? permits.Noted(enter) : enter.Invoke }),
            MaskerOf = _ => new Masker([]),
            AroundSending = arguments.Contains("lossy") ? (_, send) => lossy.SendAsync(send) : (_, send) => send(),
        };
        await using var silo = ClusterSilo.Build(
            options, parts, logging => logging.AddSimpleConsole(console => console.SingleLine = true).SetMinimumLevel(LogLevel.Warning));
        await silo.StartAsync();
        Console.WriteLine("silo is up");
        await silo.WaitForShutdownAsync();
        Console.WriteLine("silo has stopped");
        return 0;
    }

    /// <summary>Rows in the database, unless the arguments name an index for measurements.</summary>
    public static async Task<IIndexWriter> OpenIndexAsync(string[] arguments) =>
        arguments.Contains("counting") ? new CountingIndex(repack: false)
        : arguments.Contains("repacking") ? new CountingIndex(repack: true)
        : await PostgresLineIndex.OpenAsync(arguments[0], CancellationToken.None);
}
