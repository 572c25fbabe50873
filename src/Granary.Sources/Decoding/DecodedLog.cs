using System.Runtime.CompilerServices;
using Granary.Core.Model;
using Granary.Core.Ports;

namespace Granary.Sources.Decoding;

/// <summary>
/// A log's decoded bytes: layers of compression taken off by Content-Encoding and by magic number, bounded, and told from what
/// is not text. Owns every layer and the encoded stream below.
/// </summary>
internal sealed class DecodedLog : ReadOnlyStream
{
    // A stored .gz that a server compresses once more is two; nothing sensible has three.
    private const int MaxLayers = 2;

    private readonly PeekStream content;
    private readonly IReadOnlyList<IDisposable> layers;
    private readonly DecodingLimits limits;
    private readonly Func<long> received;
    private LogCutException? refusal;
    private long decoded;

    private DecodedLog(PeekStream content, IReadOnlyList<IDisposable> layers, DecodingLimits limits, Func<long> received)
    {
        this.content = content;
        this.layers = layers;
        this.limits = limits;
        this.received = received;
    }

    /// <summary>True where at least one layer was taken off.</summary>
    public bool Compressed => layers.Count > 1;

    /// <summary>
    /// Looks at the first bytes. What they tell against reading (not text, no libzstd) is thrown by the first read, as a
    /// <see cref="LogCutException"/> with <see cref="FileStatus.Skipped"/> or <see cref="FileStatus.Refused"/>.
    /// </summary>
    /// <param name="encoded">Disposed with the result, also where this fails.</param>
    /// <param name="encodings">The Content-Encoding's values in the header's order; empty for a file.</param>
    /// <param name="received">Encoded bytes read so far, for the bound on the ratio.</param>
    public static async ValueTask<DecodedLog> OpenAsync(
        Stream encoded, IReadOnlyList<string> encodings, DecodingLimits limits, Func<long> received, CancellationToken cancellation)
    {
        var content = new PeekStream(encoded);
        var layers = new List<IDisposable> { content };
        LogCutException? refusal = null;
        try
        {
            for (var i = 0; i < encodings.Count + MaxLayers && layers.Count <= MaxLayers; i++)
            {
                var head = await content.PeekAsync(4, cancellation);
                var decoder = i < encodings.Count
                    ? DecoderChoice.ByName(encodings[encodings.Count - 1 - i], head.Span)
                    : DecoderChoice.ByMagic(head.Span);
                if (decoder is not null)
                {
                    var layer = new DecodingStream(content, decoder);
                    content = new PeekStream(layer);
                    layers.Add(content);
                }
                else if (i >= encodings.Count)
                {
                    break;
                }
            }

            var sample = await content.PeekAsync(PeekStream.MaxPeek, cancellation);
            refusal = TextSniffer.WhyNotText(sample.Span) is { } why ? new(FileStatus.Skipped, why) : null;
        }
        catch (LogCutException early)
        {
            refusal = early;
        }
        catch
        {
            DisposeAll(layers);
            throw;
        }

        return new(content, layers, limits, received) { refusal = refusal };
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (refusal is not null)
        {
            throw refusal;
        }

        var read = await content.ReadAsync(buffer, cancellationToken);
        decoded += read;
        if (Compressed && decoded > limits.RatioFrom && decoded / limits.MaxRatio > received())
        {
            refusal = new(FileStatus.Refused, $"unfolds to more than {limits.MaxRatio} times its size");
        }
        else if (decoded > limits.MaxBytes)
        {
            refusal = new(FileStatus.Refused, $"longer than {limits.MaxBytes} bytes");
        }

        return read;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            DisposeAll(layers);
        }

        base.Dispose(disposing);
    }

    private static void DisposeAll(IReadOnlyList<IDisposable> layers)
    {
        for (var i = layers.Count - 1; i >= 0; i--)
        {
            layers[i].Dispose();
        }
    }
}
