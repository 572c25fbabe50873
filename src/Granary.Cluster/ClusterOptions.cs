namespace Granary.Cluster;

/// <summary>How a silo joins its cluster and works there.</summary>
public sealed record ClusterOptions
{
    /// <summary>PostgreSQL with membership, reminders and grain state; migrated.</summary>
    public required string Database { get; init; }

    /// <summary>Silos with the same name and database are one cluster.</summary>
    public string ClusterId { get; init; } = "granary";

    /// <summary>The address by which other silos reach this one.</summary>
    public System.Net.IPAddress Address { get; init; } = System.Net.IPAddress.Loopback;

    public int SiloPort { get; init; } = 11111;

    /// <summary>0: no gateway for clients.</summary>
    public int GatewayPort { get; init; }

    /// <summary>The loopback port of the dashboard; 0: any free one.</summary>
    public int DashboardPort { get; init; }

    /// <summary>Streams that chunks are spread over by the hash of their build: the same on every silo.</summary>
    public int Partitions { get; init; } = 8;

    /// <summary>Builds of one source that are read at once in the whole cluster.</summary>
    public int LeasesPerSource { get; init; } = 16;

    /// <summary>After so long without a renewal a build is handed to another reader.</summary>
    public TimeSpan LeaseDuration { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long a stop waits for builds that are being read; the others are handed on.</summary>
    public TimeSpan DrainTime { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How often silos look whether the others live; one is taken for dead after three missed answers.</summary>
    public TimeSpan ProbeInterval { get; init; } = TimeSpan.FromSeconds(3);
}
