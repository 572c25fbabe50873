using System.Diagnostics;
using Granary.Blocks;
using Granary.Core.Queries;
using Granary.Testing;

namespace Granary.Tests.Program;

/// <summary>Verbs that go on until they are interrupted.</summary>
public sealed class FollowingTests : IDisposable
{
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Promised = TimeSpan.FromSeconds(2);

    // Other suites may have both cores; alone it takes a quarter of a second after the poll.
    private static readonly TimeSpan BusyMachine = TimeSpan.FromSeconds(4);

    private readonly TemporaryFolder folder = new();

    [Fact]
    public async Task The_demo_follows_new_builds_until_it_is_interrupted()
    {
        await using var demo = GranaryProgram.Start(folder.Data, "demo", "--data", folder.Data, "--builds", "5");
        await Until.TrueAsync(async () => (await RunAsync("builds", "-o", "json")).Lines.Length > 5);

        demo.Interrupt();

        var run = await demo.EndAsync();
        run.Code.ShouldBe(0, run.Error);
        run.Out.ShouldContain("Following new builds");
        run.Lines[^1].ShouldBe("stopped");
    }

    [Fact]
    public async Task A_demo_that_is_interrupted_at_its_backlog_ends_as_cleanly()
    {
        await using var demo = GranaryProgram.Start(folder.Data, "demo", "--data", folder.Data, "--builds", "100000");
        await Until.TrueAsync(async () => (await RunAsync("search", "*", "-n", "1")).Code == 0);

        demo.Interrupt();

        var run = await demo.EndAsync();
        run.Code.ShouldBe(0, run.Error);
        run.Out.ShouldNotContain("Following new builds");
        run.Lines[^1].ShouldBe("stopped");
        (await RunAsync("verify")).Error.ShouldNotContain("damage");
    }

    [Fact]
    public async Task A_demo_that_was_to_end_by_itself_is_not_complete_once_interrupted()
    {
        await using var demo = GranaryProgram.Start(folder.Data, "demo", "--data", folder.Data, "--builds", "100000", "--once");
        await Until.TrueAsync(async () => (await RunAsync("search", "*", "-n", "1")).Code == 0);

        demo.Interrupt();

        (await demo.EndAsync()).Code.ShouldBe(130);
    }

    [Fact]
    public async Task Lines_are_found_beside_serve_within_two_seconds_of_their_reading()
    {
        folder.Write("logs/a.log", "first\n");
        await RunAsync("source", "add", "directory", "local", "--path", folder.Logs, "--poll", "1s");
        await using var serve = GranaryProgram.Start(folder.Data, "serve", "--port", "0");
        await using var search = BlockIndex.Open(Path.Combine(folder.Data, "index"));
        await FoundAsync(search, "first");

        for (var build = 1; build <= 5; build++)
        {
            var watch = Stopwatch.StartNew();
            folder.Write($"logs/{build}.log", $"word{build}\n");
            await FoundAsync(search, $"word{build}");

            // It is read at the next poll.
            watch.Elapsed.ShouldBeLessThan(Poll + Promised + BusyMachine, $"build {build}");
        }
    }

    [Theory]
    [InlineData("text")]
    [InlineData("json")]
    public async Task A_watched_status_ends_well_when_it_is_interrupted(string output)
    {
        folder.Write("logs/a.log", "first\n");
        await RunAsync("source", "add", "directory", "local", "--path", folder.Logs);
        var shown = Path.Combine(folder.Root, "shown");
        await using var status = GranaryProgram.Start(
            folder.Data, new Dictionary<string, string>(), "/bin/bash",
            ["-c", "exec \"$0\" status --watch -o \"$1\" > \"$2\"", GranaryProgram.Path, output, shown]);
        await Until.TrueAsync(() => File.Exists(shown) && File.ReadAllText(shown).Split("local").Length > 2);

        status.Interrupt();

        var run = await status.EndAsync();
        run.Code.ShouldBe(0);
        run.Error.Trim().ShouldBeEmpty();
    }

    public void Dispose() => folder.Dispose();

    private static Task FoundAsync(BlockIndex search, string word) => Until.TrueAsync(
        async () => (await search.CountAsync(new PhraseNode([word]), TimeSpan.Zero, CancellationToken.None)).Total > 0);

    private Task<GranaryRun> RunAsync(params string[] arguments) => GranaryProgram.RunAsync(folder.Data, arguments);
}
