using System.Collections.Concurrent;
using System.Text.Json;
using Granary.Core.Masking;
using Granary.Core.Model;
using Granary.Core.Ports;

namespace Granary.Cluster;

/// <summary>The open sources of this silo, shared by the grains that read from them; opened anew when the definition changes.</summary>
public sealed class SourceReaders(ClusterParts parts, HostLimits limits, TimeProvider time) : IAsyncDisposable
{
    /// <summary>How old a definition may be.</summary>
    private static readonly TimeSpan Age = TimeSpan.FromSeconds(3);

    private readonly ConcurrentDictionary<string, Reader> readers = new();
    private readonly ConcurrentBag<ICiSource> opened = [];
    private readonly SemaphoreSlim reading = new(1);
    private IReadOnlyList<SourceDefinition> definitions = [];
    private long readAt;

    /// <summary>All sources that are to be collected.</summary>
    public async Task<IReadOnlyList<SourceDefinition>> ListAsync(CancellationToken cancellation)
    {
        await reading.WaitAsync(cancellation);
        try
        {
            if (readAt == 0 || time.GetElapsedTime(readAt) > Age)
            {
                definitions = await parts.State.ReadSourcesAsync(cancellation);
                readAt = time.GetTimestamp();
            }

            return [.. definitions.Where(source => source.IsCollected)];
        }
        finally
        {
            reading.Release();
        }
    }

    /// <summary>The reader of a source; null where it is not (any more) to be collected.</summary>
    public async Task<Reader?> FindAsync(string id, CancellationToken cancellation)
    {
        var definition = (await ListAsync(cancellation)).FirstOrDefault(source => source.Id == id);
        if (definition is null)
        {
            return null;
        }

        var text = JsonSerializer.Serialize(definition);
        if (!readers.TryGetValue(id, out var reader) || reader.Text != text)
        {
            // The earlier one may be in use: it is disposed of with the silo.
            reader = new(definition, text, parts.Open(definition, limits.EnterAsync), () => parts.MaskerOf(definition));
            opened.Add(reader.Source);
            readers[id] = reader;
        }

        return reader;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var source in opened)
        {
            await source.DisposeAsync();
        }

        reading.Dispose();
    }

    /// <summary>An open source.</summary>
    public sealed record Reader(SourceDefinition Definition, string Text, ICiSource Source, Func<Masker> MaskerOf);
}
