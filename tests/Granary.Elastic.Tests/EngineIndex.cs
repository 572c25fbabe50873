namespace Granary.Elastic.Tests;

/// <summary>Lines that are written once into the real engine, for all tests of a class.</summary>
public abstract class EngineIndex(Engine engine) : IAsyncLifetime
{
    private readonly Lock gate = new();
    private Task<ElasticLineSearch>? opened;

    /// <summary>A search over the lines; skips where there is no engine.</summary>
    public async Task<ElasticLineSearch> SearchAsync()
    {
        await engine.AddressAsync();
        lock (gate)
        {
            opened ??= OpenAsync(engine);
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

    /// <summary>Writes the lines and opens a search over them.</summary>
    protected abstract Task<ElasticLineSearch> OpenAsync(Engine engine);
}
