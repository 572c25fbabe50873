namespace Granary.Core.Capacity;

/// <summary>What a stage has done since its meter was made. Busy and blocked are summed over the permits.</summary>
public readonly record struct StageSums(TimeSpan Elapsed, TimeSpan Busy, TimeSpan Blocked, long Items, long Bytes, int Permits);
