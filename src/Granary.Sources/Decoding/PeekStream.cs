using System.Buffers;
using Granary.Core.Ports;

namespace Granary.Sources.Decoding;

/// <summary>Lets the first bytes be looked at before they are read. Owns the stream below.</summary>
internal sealed class PeekStream(Stream inner) : ReadOnlyStream
{
    public const int MaxPeek = 8 << 10;

    private byte[]? head;
    private int start;
    private int end;
    private bool ended;
    private LogCutException? cut;

    /// <summary>
    /// Up to <paramref name="count"/> first bytes; fewer where the log is shorter or cut (the cut is reported by the read that
    /// comes to it). Good until the next read.
    /// </summary>
    public async ValueTask<ReadOnlyMemory<byte>> PeekAsync(int count, CancellationToken cancellation)
    {
        head ??= ArrayPool<byte>.Shared.Rent(MaxPeek);
        while (end < count && !ended)
        {
            try
            {
                var read = await inner.ReadAsync(head.AsMemory(end, MaxPeek - end), cancellation);
                end += read;
                ended = read == 0;
            }
            catch (LogCutException early)
            {
                (cut, ended) = (early, true);
            }
        }

        return head.AsMemory(start, Math.Min(count, end - start));
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (start < end)
        {
            var count = Math.Min(buffer.Length, end - start);
            head.AsSpan(start, count).CopyTo(buffer.Span);
            start += count;
            return new(count);
        }

        return cut is not null ? ValueTask.FromException<int>(cut)
            : ended ? new(0)
            : inner.ReadAsync(buffer, cancellationToken);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            if (head is not null)
            {
                ArrayPool<byte>.Shared.Return(head);
                head = null;
                (start, end, ended) = (0, 0, true);
            }

            inner.Dispose();
        }

        base.Dispose(disposing);
    }
}
