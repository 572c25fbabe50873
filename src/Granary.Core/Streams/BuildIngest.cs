using Granary.Core.Chunks;
using Granary.Core.Lines;
using Granary.Core.Masking;
using Granary.Core.Model;
using Granary.Core.Ports;

namespace Granary.Core.Streams;

/// <summary>
/// Brings one build from <c>pending</c> to its receipt: <see cref="ReadAsync"/> reads its logs and sends their chunks,
/// <see cref="SettleAsync"/> waits for the acknowledgements and writes the receipt. Used once. The order of effects is the law
/// that nothing is lost or doubled: generation stored, chunks held, what is held noted, older generations gone, receipt.
/// </summary>
public sealed class BuildIngest
{
    private readonly ICiSource source;
    private readonly IStateStore state;
    private readonly IIndexWriter index;
    private readonly IngestOptions options;
    private readonly IngestMeters meters;
    private readonly TimeProvider time;
    private readonly Masker masker;
    private readonly AcknowledgementWindow window;
    private readonly List<FileReceipt> files = [];
    private readonly List<string> reasons = [];
    private PendingBuild pending;
    private long checkpointedBytes;
    private Task<Receipt?>? earlier;

    public BuildIngest(
        PendingBuild pending, ICiSource source, IStateStore state, IIndexWriter index, IChunkChannel channel,
        Masker masker, IngestOptions options, IngestMeters meters, TimeProvider time)
    {
        (this.pending, this.source, this.state, this.index) = (pending, source, state, index);
        (this.masker, this.options, this.meters, this.time) = (masker, options, meters, time);
        window = new(channel, options.WindowBytes);
    }

    /// <summary>The build's row as it stands now, its checkpoint included.</summary>
    public PendingBuild Pending => pending;

    /// <summary>Reads every log and sends its chunks; most are acknowledged meanwhile.</summary>
    /// <exception cref="CiException">A retry may help; what is checkpointed need not be read again.</exception>
    /// <exception cref="LogChangedException">The log is not what was read before: begin the next generation.</exception>
    /// <exception cref="IndexUnavailableException">The index takes nothing now.</exception>
    /// <exception cref="UnreadableBuildException">No retry helps; what an earlier reading has must stay.</exception>
    public async Task ReadAsync(CancellationToken cancellation)
    {
        if (IsHeld)
        {
            return;
        }

        await RaiseVersionsAsync(cancellation);
        // What was skipped is decided again: it costs nothing, and the source may be asked for other files by now.
        files.AddRange((pending.Checkpoint?.Done ?? []).Where(file => file.Status != FileStatus.Skipped));
        var done = files.Select(file => file.Path).ToHashSet(StringComparer.Ordinal);
        foreach (var log in await ListLogsAsync(cancellation))
        {
            if (!done.Contains(log.Path))
            {
                files.Add(log.Skipped is { } reason ? NotRead(log, FileStatus.Skipped, reason) : await ReadLogAsync(log, cancellation));
                window.Mark(log.Path, files.Count);
            }
        }
    }

    /// <summary>Waits until the index holds every chunk, removes what older readings left, and writes the receipt.</summary>
    /// <exception cref="LogChangedException">The index does not hold what was read: begin the next generation.</exception>
    /// <exception cref="IndexUnavailableException">The index takes nothing now.</exception>
    public async Task<Receipt> SettleAsync(CancellationToken cancellation)
    {
        await window.DrainAsync(cancellation);
        var receipt = IsHeld ? pending.Held! : ToReceipt();
        if (pending.ReadBefore)
        {
            await RemoveOlderAsync(receipt, cancellation);
        }

        await index.PutReceiptAsync(receipt, cancellation);
        await state.CompleteAsync(receipt, cancellation);
        return receipt;
    }

    /// <summary>
    /// Waits until nothing of this reading is on its way to the index any more, whatever becomes of it: what is deleted after that
    /// does not come back.
    /// </summary>
    public Task AbandonAsync(CancellationToken cancellation) => window.AbandonAsync(cancellation);

    private bool IsHeld => pending.Held?.Generation == pending.Generation;

    private Receipt ToReceipt() => pending.ToReceipt(ReceiptStatus.Complete, time.GetUtcNow()) with
    {
        Reasons = [.. reasons, .. window.RefusedReason is { } reason ? [$"the index refused lines: {reason}"] : Array.Empty<string>()],
        Files = [.. files.Select(WithRefused)],
    };

    private FileReceipt WithRefused(FileReceipt file) => window.RefusedOf(file.Path) is (> 0 and var entries, var reason)
        ? file with { Refused = entries, Reason = file.Reason ?? $"the index refused {entries} lines: {reason}" }
        : file;

    /// <summary>The same build as its next generation, to be read from its start.</summary>
    public static PendingBuild NextGeneration(PendingBuild pending) => pending with
    {
        Generation = pending.Generation + 1,
        ReadBefore = true,
        Checkpoint = null,
        NormaliserVersion = LineFormat.Version,
        MaskingVersion = Masker.Version,
    };

    private async Task RaiseVersionsAsync(CancellationToken cancellation)
    {
        if (pending.NormaliserVersion != LineFormat.Version || pending.MaskingVersion != Masker.Version)
        {
            pending = NextGeneration(pending);
            await state.SavePendingAsync(pending, cancellation);
        }
    }

    private async Task<IReadOnlyList<LogFile>> ListLogsAsync(CancellationToken cancellation)
    {
        IReadOnlyList<LogFile> logs;
        var reason = Receipt.NoLogs;
        try
        {
            using var busy = meters.Fetch.Busy();
            logs = await source.ListLogsAsync(pending.Build, cancellation);
        }
        catch (CiException e) when (e.Gone)
        {
            (logs, reason) = ([], e.Message);
        }
        catch (CiException e) when (e.Refused)
        {
            throw new UnreadableBuildException(e.Message, e);
        }

        if (logs.Count == 0)
        {
            if (await FindEarlierAsync(cancellation) is not null)
            {
                throw new UnreadableBuildException(reason) { Gone = true };
            }

            reasons.Add(reason);
        }

        return logs;
    }

    private async Task<FileReceipt> ReadLogAsync(LogFile log, CancellationToken cancellation)
    {
        var from = pending.Checkpoint is { } checkpoint && checkpoint.File == log.Path ? checkpoint : null;
        LogBody body;
        try
        {
            using var busy = meters.Fetch.Busy();
            body = await source.OpenLogAsync(pending.Build, log, from?.Offset ?? 0, from?.ETag, cancellation);
        }
        catch (CiException e) when (e.Gone || e.Refused)
        {
            await RequireNotHeldAsync(log, e, cancellation);
            return NotRead(log, e.Gone ? FileStatus.Missing : FileStatus.Refused, e.Message);
        }
        catch (LogCutException e)
        {
            return NotRead(log, e.Status, e.Message);
        }

        await using (body)
        {
            return await ReadBodyAsync(log, body, from, cancellation);
        }
    }

    /// <summary>Of a log that cannot be had any more the lines of an earlier reading are worth more than none.</summary>
    private async Task RequireNotHeldAsync(LogFile log, CiException reason, CancellationToken cancellation)
    {
        var held = await FindEarlierAsync(cancellation);
        if (held is not null && held.Files.Any(file => file.Path == log.Path && file.Entries > 0))
        {
            throw new UnreadableBuildException(reason.Message, reason) { Gone = reason.Gone };
        }
    }

    private Task<Receipt?> FindEarlierAsync(CancellationToken cancellation) =>
        earlier ??= EarlierReadings.FindAsync(pending, state, index, cancellation);

    private async Task<FileReceipt> ReadBodyAsync(LogFile log, LogBody body, Checkpoint? from, CancellationToken cancellation)
    {
        var build = pending.Build;
        var identity = new LogIdentity(build, log.Path, log.Url, pending.Generation, pending.IndexDay);
        var chunker = new LogChunker(identity, Rules(build));
        await using var content = new MeteredStream(body.Content, meters.Fetch, meters.Normalise);
        await using var chunks = chunker.ReadAsync(content, body.Offset, from, cancellation).GetAsyncEnumerator(cancellation);
        while (await NextAsync(chunks))
        {
            var chunk = chunks.Current;
            meters.Normalise.Passed(chunk.Count, chunk.RawBytes);
            var resume = chunk.Resume is { } next ? next with { File = log.Path, ETag = body.ETag } : null;
            using (meters.Normalise.Blocked())
            {
                await window.SendAsync(chunk, resume, files.Count, cancellation);
            }

            await SaveCheckpointAsync(cancellation);
        }

        return new()
        {
            Path = log.Path,
            Url = log.Url,
            Status = chunker.Cut?.Status ?? FileStatus.Complete,
            Reason = chunker.Cut?.Message,
            DeclaredBytes = log.Size ?? body.DeclaredBytes,
            ReceivedBytes = body.ReceivedBytes,
            RawBytes = chunker.RawBytes,
            Bytes = chunker.Bytes,
            Lines = chunker.Lines,
            Entries = chunker.Entries,
            Hash = chunker.Chain,
        };
    }

    private async ValueTask<bool> NextAsync(IAsyncEnumerator<Chunk> chunks)
    {
        using var busy = meters.Normalise.Busy();
        return await chunks.MoveNextAsync();
    }

    private LineRules Rules(Build build) => new()
    {
        Masker = masker,
        Reference = build.FinishedAt ?? build.StartedAt,
    };

    private async ValueTask SaveCheckpointAsync(CancellationToken cancellation)
    {
        // A checkpoint does not carry what the index refused, so a build with refused lines is read whole again after a crash.
        if (window.AcknowledgedBytes - checkpointedBytes >= options.CheckpointBytes
            && window is { Resume: { } resume, RefusedReason: null })
        {
            checkpointedBytes = window.AcknowledgedBytes;
            pending = pending with { Checkpoint = resume with { Done = files[..window.DoneFiles] } };
            await state.SavePendingAsync(pending, cancellation);
        }
    }

    private async Task RemoveOlderAsync(Receipt receipt, CancellationToken cancellation)
    {
        if (!IsHeld && await EarlierReadings.AnyAsync(pending, state, cancellation))
        {
            // From here on only this reading has the lines: a crash after the deletion must not have them read a third time, as
            // the CI may not have them any more.
            await RequireHeldAsync(receipt, cancellation);
            pending = pending with { Held = receipt };
            await state.SavePendingAsync(pending, cancellation);
        }

        await index.DeleteOlderGenerationsAsync(receipt.Build.Key, receipt.Generation, receipt.IndexDay, cancellation);
        await RequireHeldAsync(receipt, cancellation);
    }

    private async Task RequireHeldAsync(Receipt receipt, CancellationToken cancellation)
    {
        var key = receipt.Build.Key;
        var held = await index.CountAsync(key, receipt.Generation, receipt.IndexDay, cancellation);
        if (held != receipt.Entries)
        {
            throw new LogChangedException($"the index holds {held} entries of {key}, {receipt.Entries} were read");
        }
    }

    private static FileReceipt NotRead(LogFile log, FileStatus status, string reason) =>
        new() { Path = log.Path, Url = log.Url, Status = status, Reason = reason, DeclaredBytes = log.Size };
}
