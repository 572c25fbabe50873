namespace Granary.Elastic.Tests;

public sealed class PositionsConformanceTests(PositionsIndex index) : ConformanceTests(index), IClassFixture<PositionsIndex>;
