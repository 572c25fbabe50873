namespace Granary.Core.Model;

/// <summary>The right to read one pending build, for a while, on one machine of many.</summary>
/// <param name="Build">The build.</param>
/// <param name="Epoch">Counts the build's leases, from 1. Writes under an earlier lease than the last are refused.</param>
public sealed record BuildLease(BuildKey Build, long Epoch);
