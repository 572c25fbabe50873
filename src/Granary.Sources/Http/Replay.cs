using System.Buffers;

namespace Granary.Sources.Http;

/// <summary>Reads once more what was given before a transfer broke, to see whether it is the same.</summary>
internal static class Replay
{
    /// <summary>
    /// Passes over the bytes before <paramref name="to"/>. The checksum of those from <paramref name="from"/> on; null where the
    /// transfer broke again before (the body is then disposed).
    /// </summary>
    public static async ValueTask<uint?> ReadAsync(BodyStream body, long from, long to, CancellationToken cancellation)
    {
        var crc = default(RunningCrc);
        var scratch = ArrayPool<byte>.Shared.Rent(64 << 10);
        try
        {
            for (var at = 0L; at < to;)
            {
                var wanted = (int)Math.Min((at < from ? from : to) - at, scratch.Length);
                var read = await body.ReadAsync(scratch.AsMemory(0, wanted), cancellation);
                if (read == 0)
                {
                    throw new EndOfStreamException();
                }

                if (at >= from)
                {
                    crc.Add(scratch.AsSpan(0, read));
                }

                at += read;
            }

            return crc.Value;
        }
        catch (Exception broken) when (SourceClient.IsTransfer(broken))
        {
            body.Dispose();
            return null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(scratch);
        }
    }
}
