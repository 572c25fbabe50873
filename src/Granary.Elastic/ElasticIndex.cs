using Granary.Elastic.Http;
using Granary.Elastic.Templates;

namespace Granary.Elastic;

/// <summary>Opens an engine's index.</summary>
public static class ElasticIndex
{
    /// <summary>Asks the engine what it is, installs or upgrades the templates, and makes a writer.</summary>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    /// <exception cref="NotSupportedException">Another program, or one too old.</exception>
    /// <exception cref="Core.Ports.IndexUnavailableException">The engine does not answer, or lets nothing be written.</exception>
    public static async Task<ElasticIndexWriter> OpenWriterAsync(ElasticOptions options, TimeProvider time, CancellationToken cancellation)
    {
        var client = new ElasticClient(options.Validated(), time);
        try
        {
            await client.InfoAsync(cancellation).ConfigureAwait(false);
            await new IndexTemplates(client, new IndexNames(client.Options.Prefix)).InstallAsync(cancellation).ConfigureAwait(false);
            return new ElasticIndexWriter(client);
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    /// <summary>Asks the engine what it is, and makes a search. Writes nothing.</summary>
    /// <inheritdoc cref="OpenWriterAsync"/>
    public static async Task<ElasticLineSearch> OpenSearchAsync(ElasticOptions options, TimeProvider time, CancellationToken cancellation)
    {
        var client = new ElasticClient(options.Validated(), time);
        try
        {
            return new ElasticLineSearch(client, await client.InfoAsync(cancellation).ConfigureAwait(false));
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }
}
