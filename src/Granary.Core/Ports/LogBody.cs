namespace Granary.Core.Ports;

/// <summary>A log being read: decoded bytes, and what is known of their transfer. Dispose it to end the transfer.</summary>
public abstract class LogBody : IAsyncDisposable
{
    /// <summary>The decoded bytes before the first that <see cref="Content"/> gives: what was asked for, or 0.</summary>
    public required long Offset { get; init; }

    /// <summary>A strong validator of this content, to resume by; null where there is none.</summary>
    public string? ETag { get; init; }

    /// <summary>Bytes of the whole transfer as stated (Content-Length, a file's size), encoded; null where unstated.</summary>
    public long? DeclaredBytes { get; init; }

    /// <summary>Encoded bytes received so far, those before <see cref="Offset"/> included.</summary>
    public abstract long ReceivedBytes { get; }

    /// <summary>
    /// The decoded bytes. A read throws <see cref="LogCutException"/> where the log itself ends too early or is damaged (a truncated gzip):
    /// what came before is its content. It throws <see cref="CiException"/> where the transfer failed and a retry can help.
    /// </summary>
    public abstract Stream Content { get; }

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();
}
