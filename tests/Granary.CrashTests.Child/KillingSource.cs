using System.Runtime.CompilerServices;
using Granary.Core.Cursors;
using Granary.Core.Model;
using Granary.Core.Ports;

namespace Granary.CrashTests.Child;

/// <summary>A CI with a kill point before and after each call, each page and each read of a log; its logs may be gone, or break off.</summary>
internal sealed class KillingSource(ICiSource inner, ChildPlan plan, KillSwitch kill) : ICiSource
{
    public Func<Receipt, bool>? IsOutgrown => inner.IsOutgrown;

    public bool IsWanted(Build build) => inner.IsWanted(build);

    public async IAsyncEnumerable<BuildPage> ReadPagesAsync(CursorState cursor, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var pages = inner.ReadPagesAsync(cursor, cancellation).GetAsyncEnumerator(cancellation);
        while (await kill.AroundAsync("source.page", () => pages.MoveNextAsync().AsTask()))
        {
            yield return pages.Current;
        }
    }

    public Task<IReadOnlyList<Build>> ReadBuildsAsync(IReadOnlyList<Build> open, CancellationToken cancellation) =>
        kill.AroundAsync("source.builds", () => inner.ReadBuildsAsync(open, cancellation));

    public Task<IReadOnlyList<LogFile>> ListLogsAsync(Build build, CancellationToken cancellation) =>
        kill.AroundAsync("source.list", () => plan.LogsGone
            ? throw new CiException("the log store has expired it") { Gone = true }
            : inner.ListLogsAsync(build, cancellation));

    public Task<LogBody> OpenLogAsync(Build build, LogFile file, long offset, string? etag, CancellationToken cancellation) =>
        kill.AroundAsync<LogBody>("source.log", async () =>
        {
            var body = await inner.OpenLogAsync(build, file, offset, etag, cancellation);
            Console.Out.WriteLine($"opened {body.Offset} of {offset} {file.Path}");
            return new KillingBody(body, plan, kill);
        });

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
