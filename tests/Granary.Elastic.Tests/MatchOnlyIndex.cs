namespace Granary.Elastic.Tests;

/// <summary>Without positions: phrases are verified by the engine on the text.</summary>
public sealed class MatchOnlyIndex(Engine engine) : ConformanceIndex(engine, positions: false);
