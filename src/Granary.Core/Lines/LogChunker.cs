using System.Buffers;
using System.Runtime.CompilerServices;
using Granary.Core.Chunks;
using Granary.Core.Model;
using Granary.Core.Ports;

namespace Granary.Core.Lines;

/// <summary>
/// Turns one log's decoded bytes into chunks, in memory that depends neither on the log's length nor on its lines'. One
/// instance reads one log once. What it makes depends on the bytes alone, never on how reads split them.
/// </summary>
/// <remarks>
/// The rules, in this order:
/// <list type="number">
/// <item>A byte order mark at the log's start is dropped. Invalid UTF-8 becomes one U+FFFD per maximal invalid subpart.</item>
/// <item>LF alone ends a line. Empty lines count, so does a last line without LF; after a final LF there is nothing.</item>
/// <item>ANSI sequences (ECMA-48) are removed: CSI; the strings OSC, DCS, SOS, PM and APC up to BEL or ESC \; any other ESC with
/// its intermediate bytes and final byte. C1 controls of eight bits are text. A sequence left unfinished ends before CR, LF, a
/// byte that cannot be part of it, or after 4096 bytes: what it had so far is dropped, and that byte is text again.</item>
/// <item>CR splits a line into segments as a terminal would overwrite them: the last that is not empty stays. A segment of more
/// than 64 KiB is committed as it is read and always stays; if a later segment stays too, that one begins a new part. Nothing
/// else is ever dropped.</item>
/// <item>Secrets are masked, see <see cref="Masking.Masker"/>.</item>
/// <item>A line is cut into entries of at most <see cref="Chunk.MaxEntryBytes"/>, each as long as can be without splitting a
/// code point. Chunks are filled greedily: an entry that does not fit begins the next.</item>
/// </list>
/// An entry that continues a line carries its time and has no severity of its own.
/// </remarks>
public sealed class LogChunker
{
    private const int BufferBytes = 256 * 1024;

    private readonly LogIdentity log;
    private readonly LineRules rules;
    private ChunkBuilder? chunks;

    public LogChunker(LogIdentity log, LineRules rules) => (this.log, this.rules) = (log, rules);

    /// <summary>Lines so far, those before a checkpoint included; final once the enumeration has ended. So are all below.</summary>
    public long Lines => chunks?.Lines ?? 0;

    /// <summary>Lines, and further parts of long lines.</summary>
    public long Entries => chunks?.Entries ?? 0;

    /// <summary>Normalised bytes, one LF an entry included.</summary>
    public long Bytes => chunks?.Bytes ?? 0;

    /// <summary>Decoded bytes read.</summary>
    public long RawBytes { get; private set; }

    /// <summary>The chain over the hashes of all chunks: the file's content hash.</summary>
    public ContentHash Chain => chunks?.Chain ?? default;

    /// <summary>
    /// Why the log ended too early; null where it did not. Set when the enumeration ends: what came before, a last partial line
    /// included, has been yielded, so that no step between here and the index sees an exception and drops chunks.
    /// </summary>
    public LogCutException? Cut { get; private set; }

    /// <summary>
    /// Reads <paramref name="content"/> to its end. The caller owns the chunks; those not taken are disposed.
    /// </summary>
    /// <param name="content">Decoded bytes, from <paramref name="offset"/> on.</param>
    /// <param name="offset">Where the content starts, see <see cref="LogBody.Offset"/>.</param>
    /// <param name="from">
    /// A <see cref="Chunk.Resume"/> of an earlier reading; null reads all. With the content at its
    /// <see cref="Checkpoint.Offset"/> the very chunks that followed it are yielded. With the content at 0 the chunks before it
    /// are made, compared by their chain, and not yielded.
    /// </param>
    /// <param name="cancellation">Ends the reading between two reads.</param>
    /// <exception cref="ArgumentException">The offset is neither 0 nor the checkpoint's.</exception>
    /// <exception cref="InvalidOperationException">This instance has read before.</exception>
    /// <exception cref="LogChangedException">The content before the checkpoint is not what it was.</exception>
    /// <exception cref="CiException">The transfer failed; chunks yielded before stand, the rest is not made.</exception>
    public async IAsyncEnumerable<Chunk> ReadAsync(
        Stream content, long offset, Checkpoint? from, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var resumes = from is not null && offset == from.Offset && (offset > 0 || from.Ordinal == 0);
        if (offset != 0 && !resumes)
        {
            throw new ArgumentException($"content starts at {offset}, not at 0 or the checkpoint's {from?.Offset}", nameof(offset));
        }

        if (chunks is not null)
        {
            throw new InvalidOperationException($"{log.File} was read before by this instance");
        }

        var skipTo = resumes ? null : from;
        using var builder = new ChunkBuilder(log, rules, resumes ? from : null);
        using var lines = new LineNormaliser(builder, rules.Masker, offset);
        chunks = builder;
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            for (var more = true; more;)
            {
                var read = await ReadSomeAsync(content, buffer, cancellation).ConfigureAwait(false);
                more = read > 0;
                if (more)
                {
                    lines.Feed(buffer.AsSpan(0, read));
                }
                else
                {
                    lines.Finish();
                }

                RawBytes = lines.Position;
                while (builder.TryTake(out var chunk))
                {
                    if (skipTo is not null && chunk.Ordinal < skipTo.Ordinal)
                    {
                        Skip(chunk, skipTo);
                        continue;
                    }

                    yield return chunk;
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        if (skipTo is not null && builder.Ordinal < skipTo.Ordinal)
        {
            throw new LogChangedException($"{log.File} ends after {builder.Ordinal} chunks, {skipTo.Ordinal} were acknowledged");
        }
    }

    private ContentHash skipped;

    private void Skip(Chunk chunk, Checkpoint from)
    {
        skipped = skipped.Then(chunk.Hash);
        chunk.Dispose();
        if (chunk.Ordinal == from.Ordinal - 1 && skipped != from.Chain)
        {
            throw new LogChangedException($"{log.File} has other content before chunk {from.Ordinal} than was acknowledged");
        }
    }

    private async ValueTask<int> ReadSomeAsync(Stream content, byte[] buffer, CancellationToken cancellation)
    {
        try
        {
            return await content.ReadAsync(buffer.AsMemory(), cancellation).ConfigureAwait(false);
        }
        catch (LogCutException cut)
        {
            Cut = cut;
            return 0;
        }
    }
}
