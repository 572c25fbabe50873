namespace Granary.Simulator.Timeline;

/// <summary>A build that a test added: its place, its wishes and its times.</summary>
internal sealed record HandMadeBuild(BuildSpec Spec, DateTime Start, DateTime? End);
