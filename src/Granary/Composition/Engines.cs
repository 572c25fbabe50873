using Granary.App.Reporting;
using Granary.Core.Ports;
using Granary.Elastic;

namespace Granary.Composition;

/// <summary>Opens engines, and says in the words of the command line what is wrong with them.</summary>
internal static class Engines
{
    /// <summary>Who asks how things are does not wait for an engine that hangs; it is asked a few times.</summary>
    private static readonly TimeSpan StatusTimeout = TimeSpan.FromSeconds(5);

    /// <exception cref="UserException">An engine that is not supported, or one that a later version of this program writes to.</exception>
    public static Task<ElasticIndexWriter> OpenWriterAsync(ElasticOptions options, CancellationToken cancellation) =>
        NamedAsync(options, ElasticIndex.OpenWriterAsync(options, TimeProvider.System, cancellation));

    /// <summary>Opens a writer, deletes what is too old, and goes on deleting. The caller disposes both, the retention first.</summary>
    /// <inheritdoc cref="OpenWriterAsync"/>
    public static async Task<(ElasticIndexWriter Index, EngineRetention Retention)> StartAsync(
        ElasticOptions engine, IStateStore state, CancellationToken cancellation)
    {
        var index = await OpenWriterAsync(engine, cancellation);
        try
        {
            var retention = new EngineRetention(index, engine, state);
            await retention.StartAsync(cancellation);
            return (index, retention);
        }
        catch
        {
            await index.DisposeAsync();
            throw;
        }
    }

    /// <exception cref="UserException">An engine that is not supported.</exception>
    public static Task<ElasticLineSearch> OpenSearchAsync(ElasticOptions options, CancellationToken cancellation) =>
        NamedAsync(options, ElasticIndex.OpenSearchAsync(options, TimeProvider.System, cancellation));

    /// <summary>What the engine says now; of one that does not answer, why.</summary>
    public static async Task<IndexStatus> StatusAsync(ElasticOptions options, CancellationToken cancellation)
    {
        var status = new IndexStatus { Address = Address(options) };
        try
        {
            await using var search = await OpenSearchAsync(options with { RequestTimeout = StatusTimeout }, cancellation);
            var refused = await search.RefusedAsync(cancellation);
            return status with
            {
                Engine = $"{search.Engine.Kind} {search.Engine.Version}",
                RefusedLines = refused.Count,
                Refusals = [.. refused.Causes.Select(cause => new RefusalStatus(cause.Reason, cause.Count))],
            };
        }
        catch (Exception e) when (e is IndexUnavailableException or ElasticException or UserException)
        {
            return status with { Problem = e.Message };
        }
    }

    private static string Address(ElasticOptions options) => string.Join(',', options.Validated().Urls);

    private static async Task<T> NamedAsync<T>(ElasticOptions options, Task<T> opening)
    {
        try
        {
            return await opening;
        }
        catch (NotSupportedException e)
        {
            throw new UserException($"--index {Address(options)}: {e.Message}");
        }
    }
}
