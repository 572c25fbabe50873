using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Dashboard;
using Orleans.Hosting;

namespace Granary.Cluster;

/// <summary>A silo with its dashboard on the loopback address.</summary>
public static class ClusterSilo
{
    private const string Invariant = "Npgsql";

    /// <summary>
    /// Has idle threads of the pool sleep instead of spin, for the whole process; to be called before anything else. A silo's work comes
    /// in small pieces with pauses between: spinning was a seventh of its processor time (measured).
    /// </summary>
    public static void SpareIdleThreads() => AppContext.SetData("System.Threading.ThreadPool.UnfairSemaphoreSpinLimit", 0);

    /// <summary>Builds the host of a silo; run it to join the cluster, stop it to leave.</summary>
    public static WebApplication Build(ClusterOptions options, ClusterParts parts, Action<ILoggingBuilder> logging)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        logging(builder.Logging);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, options.DashboardPort));
        builder.Host.UseOrleans(silo => Configure(silo, options));
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(parts);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<HostLimits>();
        builder.Services.AddSingleton<SourceReaders>();
        builder.Services.AddSingleton<SiloWork>();

        // Services are stopped in the reverse order: the work drains before the silo leaves.
        builder.Services.AddHostedService(services => services.GetRequiredService<SiloWork>());
        builder.Services.AddHostedService<SourcesStarter>();
        builder.Services.AddHostedService<FallenSilos>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.DrainTime + TimeSpan.FromSeconds(30));
        var application = builder.Build();
        application.MapOrleansDashboard();
        return application;
    }

    private static void Configure(ISiloBuilder silo, ClusterOptions options)
    {
        silo.Configure<Orleans.Configuration.ClusterOptions>(cluster => (cluster.ClusterId, cluster.ServiceId) = (options.ClusterId, "granary"));
        silo.ConfigureEndpoints(options.Address, options.SiloPort, options.GatewayPort, listenOnAnyHostAddress: false);
        silo.Configure<ClusterMembershipOptions>(membership =>
        {
            membership.ProbeTimeout = options.ProbeInterval;
            membership.NumMissedProbesLimit = 3;

            // Three of these are what a new silo waits where all others died at once: 15 s, not a minute and a half.
            membership.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(5);
        });
        silo.UseAdoNetClustering(adonet => (adonet.Invariant, adonet.ConnectionString) = (Invariant, options.Database));
        silo.UseAdoNetReminderService(adonet => (adonet.Invariant, adonet.ConnectionString) = (Invariant, options.Database));
        silo.AddAdoNetGrainStorage(
            SourceGrain.Storage, adonet => (adonet.Invariant, adonet.ConnectionString) = (Invariant, options.Database));
        silo.AddMemoryStreams(ChunkEvent.Streams, streams =>
        {
            streams.ConfigureStreamPubSub(Orleans.Streams.StreamPubSubType.ImplicitOnly);
            streams.ConfigurePartitioning(options.Partitions);
            streams.ConfigurePullingAgent(agent => agent.Configure(pulling =>
            {
                pulling.GetQueueMsgsTimerPeriod = TimeSpan.FromMilliseconds(100);

                // An event that cannot be delivered is dropped, and sent again by its sender.
                pulling.MaxEventDeliveryTime = TimeSpan.FromSeconds(15);
            }));
        });
        SegmentCodec<byte>.Register(silo.Services);
        silo.Services.AddSingleton<PlacementStrategy, ResourceOptimizedPlacement>();
        silo.AddActivationRebalancer();
        silo.Configure<ActivationRebalancerOptions>(rebalancer =>
        {
            rebalancer.RebalancerDueTime = TimeSpan.FromSeconds(15);
            rebalancer.SessionCyclePeriod = TimeSpan.FromSeconds(5);
            rebalancer.ActivationMigrationCountLimit = 100;
        });
        silo.AddDashboard();
    }
}
