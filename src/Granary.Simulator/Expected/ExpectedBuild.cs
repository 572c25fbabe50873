namespace Granary.Simulator.Expected;

/// <summary>A build that the CI lists, and what must come of it.</summary>
/// <param name="Build">The build as the API tells it now.</param>
/// <param name="Outcome">What must come of it.</param>
/// <param name="Files">Its files, in the order of the manifest; none unless the outcome is <see cref="ExpectedBuildOutcome.Logs"/>.</param>
public sealed record ExpectedBuild(SimulatedBuild Build, ExpectedBuildOutcome Outcome, IReadOnlyList<ExpectedFile> Files);
