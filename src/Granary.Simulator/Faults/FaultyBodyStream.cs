using Granary.Simulator.Logs;

namespace Granary.Simulator.Faults;

/// <summary>A body that goes slowly, or ends before its time.</summary>
internal sealed class FaultyBodyStream(Stream target, TimeSpan? pause, long? cutAfter, TimeProvider clock) : ForwardStream
{
    private const int SlowPiece = 16 * 1024;

    private long _sent;

    public override Task FlushAsync(CancellationToken cancellationToken) => target.FlushAsync(cancellationToken);

    /// <exception cref="BodyCutException">The place of the cut is reached; the bytes before it are flushed.</exception>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (buffer.Length > 0)
        {
            var piece = buffer[..Math.Min(buffer.Length, pause is null ? buffer.Length : SlowPiece)];
            if (pause is { } wait)
            {
                await Task.Delay(wait, clock, cancellationToken);
            }

            if (cutAfter is { } cut && _sent + piece.Length > cut)
            {
                await target.WriteAsync(piece[..(int)(cut - _sent)], cancellationToken);
                await target.FlushAsync(cancellationToken);
                throw new BodyCutException();
            }

            await target.WriteAsync(piece, cancellationToken);
            _sent += piece.Length;
            buffer = buffer[piece.Length..];
        }
    }
}
