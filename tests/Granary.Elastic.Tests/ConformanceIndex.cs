using Granary.Conformance;
using Granary.Core.Chunks;

namespace Granary.Elastic.Tests;

/// <summary>The suite's lines, written once into the real engine, with one of the mappings.</summary>
public abstract class ConformanceIndex(Engine engine, bool positions) : EngineIndex(engine)
{
    protected override async Task<ElasticLineSearch> OpenAsync(Engine engine)
    {
        var options = await engine.OptionsAsync() with { Positions = positions };
        await using var writer = await ElasticIndex.OpenWriterAsync(options, TimeProvider.System, default);
        var chunks = ConformanceChunks.All(1000, new DateOnly(2026, 11, 20)).ToAsyncEnumerable();
        (await writer.WriteAsync(chunks, default).ToListAsync()).ShouldAllBe(outcome => outcome.Result == ChunkResult.Stored);
        return await ElasticIndex.OpenSearchAsync(options, TimeProvider.System, default);
    }
}
