using System.Buffers;
using Granary.Core.Ports;

namespace Granary.Sources.Decoding;

/// <summary>Passes over the decoded bytes that a reader has had already.</summary>
internal static class StreamSkip
{
    /// <summary>True; the stream is disposed where this fails.</summary>
    /// <exception cref="CiException">The same content cannot be shorter than it was.</exception>
    public static async Task<bool> SkipAsync(Stream content, long count, CancellationToken cancellation)
    {
        var scratch = ArrayPool<byte>.Shared.Rent(64 << 10);
        try
        {
            while (count > 0)
            {
                var read = await content.ReadAsync(scratch.AsMemory(0, (int)Math.Min(count, scratch.Length)), cancellation);
                count -= read > 0 ? read : throw new CiException("the log is shorter than when it was read before");
            }

            return true;
        }
        catch
        {
            await content.DisposeAsync();
            throw;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(scratch);
        }
    }
}
