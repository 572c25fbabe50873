using Granary.Conformance;
using Granary.Core.Chunks;

namespace Granary.Elastic.Tests;

/// <summary>The suite's lines, written once into the real engine, with one of the mappings.</summary>
public abstract class ConformanceIndex(Engine engine, bool positions) : IAsyncLifetime
{
    private readonly Lock gate = new();
    private Task<ElasticLineSearch>? opened;

    /// <summary>A search over the lines; skips where there is no engine.</summary>
    public async Task<ElasticLineSearch> SearchAsync()
    {
        await engine.AddressAsync();
        lock (gate)
        {
            opened ??= OpenAsync();
        }

        return await opened;
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (opened is not null)
        {
            await (await opened).DisposeAsync();
        }
    }

    private async Task<ElasticLineSearch> OpenAsync()
    {
        var options = await engine.OptionsAsync() with { Positions = positions };
        await using var writer = await ElasticIndex.OpenWriterAsync(options, TimeProvider.System, default);
        var chunks = ConformanceChunks.All(1000, new DateOnly(2026, 11, 20)).ToAsyncEnumerable();
        (await writer.WriteAsync(chunks, default).ToListAsync()).ShouldAllBe(outcome => outcome.Result == ChunkResult.Stored);
        return await ElasticIndex.OpenSearchAsync(options, TimeProvider.System, default);
    }
}
