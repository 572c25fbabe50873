namespace Granary.Core.Capacity;

/// <summary>All stages at one instant. The bottleneck is the busiest stage; what it has left is the available capacity.</summary>
public sealed record CapacityReport(IReadOnlyList<StageReport> Stages)
{
    /// <summary>The name of the busiest stage; null where nothing works.</summary>
    public string? Bottleneck => Stages.Where(stage => stage.Busy > 0.01).MaxBy(stage => stage.Busy)?.Name;

    /// <summary>In 0..1: the share of the busiest stage's permits that is unused.</summary>
    public double Available => Stages.Count == 0 ? 1 : 1 - Stages.Max(stage => stage.Busy);
}
