namespace Granary.Elastic.Tests;

public sealed class MatchOnlyConformanceTests(MatchOnlyIndex index) : ConformanceTests(index), IClassFixture<MatchOnlyIndex>;
