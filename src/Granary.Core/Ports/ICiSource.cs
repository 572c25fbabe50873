using Granary.Core.Cursors;
using Granary.Core.Model;

namespace Granary.Core.Ports;

/// <summary>A CI endpoint: pages of builds, a build's log files, a log's bytes. Knows nothing of what becomes of them.</summary>
public interface ICiSource : IAsyncDisposable
{
    /// <summary>
    /// One walk over what <paramref name="cursor"/> has not taken: the newest gap first, backfill after it; ends when nothing
    /// is left or the CI's end is reached. The caller takes each page before it asks for the next and may stop at any page.
    /// </summary>
    /// <exception cref="CiException">The CI did not answer, or not as it should; what was yielded before stands.</exception>
    IAsyncEnumerable<BuildPage> ReadPagesAsync(CursorState cursor, CancellationToken cancellation);

    /// <summary>
    /// Tells by a build's receipt that files of it were passed over which are asked for now. Null where that cannot be: a file is a
    /// build of its own.
    /// </summary>
    Func<Receipt, bool>? IsOutgrown { get; }

    /// <summary>Whether the filter asks for the build, as it is now: what was seen running may end as nobody asked for.</summary>
    bool IsWanted(Build build);

    /// <summary>Looks again at builds seen running, wanted or not; one that the CI no longer knows is left out of the answer.</summary>
    /// <exception cref="CiException">As above.</exception>
    Task<IReadOnlyList<Build>> ReadBuildsAsync(IReadOnlyList<Build> open, CancellationToken cancellation);

    /// <summary>The build's log files, in an order that is the same each time; those not to be read carry the reason.</summary>
    /// <exception cref="CiException">As above; <see cref="CiException.Gone"/> where the log store has nothing (any more).</exception>
    Task<IReadOnlyList<LogFile>> ListLogsAsync(Build build, CancellationToken cancellation);

    /// <summary>
    /// Opens a log, decoded. Starts at <paramref name="offset"/> where the content is still the one that <paramref name="etag"/>
    /// names and the server can, else at 0: see <see cref="LogBody.Offset"/>.
    /// </summary>
    /// <exception cref="CiException">As above; <see cref="CiException.Gone"/> for 404 and 410.</exception>
    Task<LogBody> OpenLogAsync(Build build, LogFile file, long offset, string? etag, CancellationToken cancellation);
}
