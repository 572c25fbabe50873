using System.CommandLine;
using System.Net;
using Granary.Composition;

namespace Granary.Verbs;

internal static class SiloVerb
{
    private const string Guide =
        """
        Examples:
          granary database migrate --database 'Host=db;Username=granary;Database=granary'
          granary silo --database 'Host=db;Username=granary;Database=granary' --index http://search:9200 --config sources.json

        The sources of the configuration file become the cluster's. SIGTERM drains: builds being read get some seconds to end,
        the others are handed to the other silos.
        """;

    private static readonly Option<string> Cluster = new("--cluster") { Description = "Silos of one name are one cluster", DefaultValueFactory = _ => "granary" };
    private static readonly Option<string> Address = new("--address") { Description = "The address by which the other silos reach this one", DefaultValueFactory = _ => "127.0.0.1" };
    private static readonly Option<int> Port = new("--port") { Description = "The port for the other silos", DefaultValueFactory = _ => 11111 };
    private static readonly Option<int> Dashboard = new("--dashboard-port") { Description = "The loopback port of the dashboard; 0: any free one", DefaultValueFactory = _ => 7767 };

    public static Command Create()
    {
        var verb = new Command(
            "silo",
            "Joins a cluster and collects with it: state in PostgreSQL, lines in Elasticsearch or OpenSearch.") { DatabaseVerb.Database, CollectVerb.Config, Cluster, Address, Port, Dashboard };
        VerbGuide.Set(verb, Guide);
        verb.SetAction(RunAsync);
        return verb;
    }

#if CLUSTER
    private static async Task<int> RunAsync(ParseResult call, CancellationToken cancellation)
    {
        Granary.Cluster.ClusterSilo.SpareIdleThreads();
        var settings = Settings.ReadOfCluster(
            GranaryCommand.Folder(call), call.GetValue(CollectVerb.Config), call.GetValue(GranaryCommand.Index));
        var engine = settings.Index
            ?? throw new UserException("no index is named: give --index, or Index:Url in the configuration file");
        var options = new Granary.Cluster.ClusterOptions
        {
            Database = DatabaseVerb.Require(call, settings),
            ClusterId = call.GetValue(Cluster)!,
            Address = IPAddress.TryParse(call.GetValue(Address), out var address)
                ? address
                : throw new UserException($"--address: {call.GetValue(Address)} is not an IP address"),
            SiloPort = call.GetValue(Port),
            DashboardPort = call.GetValue(Dashboard),
        };
        await SiloRun.RunAsync(options, engine, settings, cancellation);
        return ExitCodes.Success;
    }
#else
    private static Task<int> RunAsync(ParseResult call, CancellationToken cancellation) =>
        throw new UserException("this build has no cluster: the packages of Microsoft Orleans were not there when it was built (Cluster=true)");
#endif
}
