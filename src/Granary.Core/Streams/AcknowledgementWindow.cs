using Granary.Core.Chunks;
using Granary.Core.Lines;
using Granary.Core.Model;
using Granary.Core.Ports;

namespace Granary.Core.Streams;

/// <summary>
/// The chunks of one build that are sent and not yet acknowledged, in the order they were read. Acknowledgements may come in any
/// order; progress is what is acknowledged without a gap.
/// </summary>
internal sealed class AcknowledgementWindow(IChunkChannel channel, long windowBytes)
{
    private static readonly Checkpoint EndOfFile = new();
    private static readonly Task<ChunkOutcome> MarkOutcome = Task.FromResult(default(ChunkOutcome));

    private readonly Queue<Sent> sent = new();
    private readonly Dictionary<string, (long Entries, string? Reason)> refused = [];
    private long outstanding;

    /// <summary>Bytes acknowledged without a gap.</summary>
    public long AcknowledgedBytes { get; private set; }

    /// <summary>
    /// Where reading could resume: after the last chunk acknowledged without a gap from which it can. Chunks behind it that are
    /// acknowledged as well are found held when they are sent again. Null before the first.
    /// </summary>
    public Checkpoint? Resume { get; private set; }

    /// <summary>How many files, of those read or passed over, are behind <see cref="Resume"/>.</summary>
    public int DoneFiles { get; private set; }

    /// <summary>Why the index refused entries for good; null where it did not.</summary>
    public string? RefusedReason { get; private set; }

    /// <summary>Entries of a file that the index refused for good, and why it refused the last of them.</summary>
    public (long Entries, string? Reason) RefusedOf(string file) => refused.GetValueOrDefault(file);

    /// <summary>Sends a chunk as soon as the window and the channel have room; <paramref name="resume"/> is where to go on after it, with so many files done.</summary>
    public async ValueTask SendAsync(Chunk chunk, Checkpoint? resume, int doneFiles, CancellationToken cancellation)
    {
        var (length, file) = (chunk.Length, chunk.Log.File);
        try
        {
            await MakeRoomAsync(length, cancellation);
        }
        catch
        {
            chunk.Dispose();
            throw;
        }

        var outcome = await channel.PublishAsync(chunk, cancellation);
        sent.Enqueue(new(outcome, length, resume, file, doneFiles));
        outstanding += length;
        while (sent.TryPeek(out var first) && first.Outcome.IsCompleted)
        {
            await TakeFirstAsync(cancellation);
        }
    }

    /// <summary>Notes the end of a file: once all before it is acknowledged, reading could resume there.</summary>
    public void Mark(string file, int doneFiles)
    {
        var mark = new Sent(MarkOutcome, 0, EndOfFile, file, doneFiles);
        if (sent.Count > 0)
        {
            sent.Enqueue(mark);
        }
        else
        {
            Advance(mark);
        }
    }

    /// <summary>Waits until every chunk sent is acknowledged.</summary>
    public async Task DrainAsync(CancellationToken cancellation)
    {
        while (sent.Count > 0)
        {
            await TakeFirstAsync(cancellation);
        }
    }

    /// <summary>Waits until what became of every chunk sent is known, or cannot be known any more.</summary>
    public async Task AbandonAsync(CancellationToken cancellation)
    {
        if (sent.Count > 0)
        {
            channel.Hurry();
        }

        while (sent.TryDequeue(out var first))
        {
            await ((Task)first.Outcome).WaitAsync(cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellation.ThrowIfCancellationRequested();
        }
    }

    private async ValueTask MakeRoomAsync(int length, CancellationToken cancellation)
    {
        if (outstanding > 0 && outstanding + length > windowBytes)
        {
            channel.Hurry();
            while (outstanding > 0 && outstanding + length > windowBytes)
            {
                await TakeFirstAsync(cancellation);
            }
        }
    }

    private async Task TakeFirstAsync(CancellationToken cancellation)
    {
        var first = sent.Peek();
        var outcome = await first.Outcome.WaitAsync(cancellation);
        sent.Dequeue();
        outstanding -= first.Length;
        switch (outcome.Result)
        {
            case ChunkResult.Conflict:
                throw new LogChangedException($"{first.File}: the index holds another content of chunk {outcome.Id.Ordinal}");
            case ChunkResult.Refused:
                refused[first.File] = (RefusedOf(first.File).Entries + outcome.Refused, outcome.Reason);
                RefusedReason = outcome.Reason;
                break;
            default:
                break;
        }

        AcknowledgedBytes += first.Length;
        Advance(first);
    }

    private void Advance(Sent passed)
    {
        // After a chunk that ends inside a long line reading cannot resume: among such lines few chunks do not.
        if (passed.Resume is { } resume)
        {
            (Resume, DoneFiles) = (resume, passed.DoneFiles);
        }
    }

    private readonly record struct Sent(Task<ChunkOutcome> Outcome, int Length, Checkpoint? Resume, string File, int DoneFiles);
}
