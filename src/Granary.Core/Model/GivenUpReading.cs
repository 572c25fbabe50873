namespace Granary.Core.Model;

/// <summary>A reading of a build that could not be made, though an earlier one is held.</summary>
/// <param name="Generation">Its generation, of which nothing is held.</param>
/// <param name="Reason">Why it could not be made.</param>
/// <param name="Gone">The CI does not have the logs any more; else a later try may help.</param>
public sealed record GivenUpReading(int Generation, string Reason, bool Gone);
