using System.Collections.Concurrent;
using System.IO.Compression;

namespace Granary.Simulator.Logs;

/// <summary>
/// The bytes that the log store holds for a file: as they are, or gzip. Gzip of small files is made whole and held for a while;
/// of large ones it is made while it is sent, and their length is known only after a pass (see <see cref="KnownLength"/>).
/// </summary>
internal sealed class StoredLogs
{
    private const long WholeLimit = 8 << 20;
    private const long HeldLimit = 32 << 20;

    private readonly ConcurrentDictionary<string, byte[]> _held = new();
    private readonly ConcurrentDictionary<string, long> _lengths = new();
    private long _heldBytes;

    /// <summary>The stored length, where it costs little to tell; else null.</summary>
    public long? KnownLength(LogFile file)
    {
        if (!file.Gzip)
        {
            return file.RawBytes;
        }

        return file.RawBytes <= WholeLimit || _lengths.ContainsKey(file.ETag) ? Length(file) : null;
    }

    /// <summary>The stored length; of large gzip files by compressing them once.</summary>
    public long Length(LogFile file)
    {
        if (!file.Gzip)
        {
            return file.RawBytes;
        }

        return _lengths.GetOrAdd(file.ETag, _ => StoredPart(file, file.RawBytes <= WholeLimit ? Whole(file).Length : Measure(file)));
    }

    /// <summary>Writes <paramref name="count"/> stored bytes from an offset on; null: all that follow.</summary>
    public async Task WriteAsync(LogFile file, Stream target, long offset, long? count, CancellationToken cancellation)
    {
        if (!file.Gzip)
        {
            await using var raw = new LogStream(file, offset);
            await CopyAsync(raw, target, count ?? long.MaxValue, cancellation);
        }
        else if (file.RawBytes <= WholeLimit)
        {
            var whole = Whole(file);
            await target.WriteAsync(whole.AsMemory((int)offset, (int)(count ?? Length(file) - offset)), cancellation);
        }
        else
        {
            count ??= file.Truncated ? Length(file) - offset : long.MaxValue;
            var window = new WindowStream(target, offset, count.Value);
            await using var gzip = new GZipStream(window, LevelOf(file), leaveOpen: true);
            await using var raw = new LogStream(file);
            await CopyAsync(raw, gzip, long.MaxValue, cancellation, () => window.Full);
        }
    }

    private static async Task CopyAsync(Stream from, Stream to, long count, CancellationToken cancellation, Func<bool>? enough = null)
    {
        var buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            int read;
            while (count > 0 && enough?.Invoke() != true
                && (read = await from.ReadAsync(buffer.AsMemory(0, (int)Math.Min(count, buffer.Length)), cancellation)) > 0)
            {
                await to.WriteAsync(buffer.AsMemory(0, read), cancellation);
                count -= read;
            }
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Fast, as the store must not be what is measured; a bomb needs the full ratio.</summary>
    private static CompressionLevel LevelOf(LogFile file) =>
        file.Kind == LogKind.Repeated ? CompressionLevel.Optimal : CompressionLevel.Fastest;

    /// <summary>A truncated upload ends after three fifths.</summary>
    private static long StoredPart(LogFile file, long whole) => file.Truncated ? whole * 3 / 5 : whole;

    private static long Measure(LogFile file)
    {
        var counter = new WindowStream(Stream.Null, 0, long.MaxValue);
        using (var gzip = new GZipStream(counter, LevelOf(file), leaveOpen: true))
        using (var raw = new LogStream(file))
        {
            raw.CopyTo(gzip, 64 * 1024);
        }

        return counter.Seen;
    }

    private byte[] Whole(LogFile file)
    {
        if (_held.TryGetValue(file.ETag, out var held))
        {
            return held;
        }

        using var memory = new MemoryStream();
        using (var gzip = new GZipStream(memory, LevelOf(file), leaveOpen: true))
        using (var raw = new LogStream(file))
        {
            raw.CopyTo(gzip, 64 * 1024);
        }

        var bytes = memory.ToArray();
        if (Interlocked.Add(ref _heldBytes, bytes.Length) > HeldLimit)
        {
            _held.Clear();
            _lengths.Clear();
            Interlocked.Exchange(ref _heldBytes, bytes.Length);
        }

        _held[file.ETag] = bytes;
        return bytes;
    }
}
