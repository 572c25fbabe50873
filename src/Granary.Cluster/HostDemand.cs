namespace Granary.Cluster;

/// <summary>What a silo says of its requests to one host.</summary>
/// <param name="Limit">What the host is to have at once from all silos; where silos disagree, the smallest counts.</param>
/// <param name="Wanted">Requests under way and waiting.</param>
/// <param name="Running">Requests under way.</param>
/// <param name="Granted">Permits of an earlier answer that still hold.</param>
[GenerateSerializer, Immutable]
public readonly record struct HostDemand(
    [property: Id(0)] int Limit, [property: Id(1)] int Wanted, [property: Id(2)] int Running, [property: Id(3)] int Granted);
