namespace Granary.Elastic.Tests;

/// <summary>With positions of words, as is the default.</summary>
public sealed class PositionsIndex(Engine engine) : ConformanceIndex(engine, positions: true);
