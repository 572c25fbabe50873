using System.Net;
using Granary.Testing;

namespace Granary.Tests.Program;

/// <summary>Where the index may take no more: collecting says so, waits, and goes on when there is room.</summary>
public sealed class RoomTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public RoomTests()
    {
        folder.Write("logs/a.log", "first\n");
        folder.Write("floor.json", """{ "FreeDiskFloor": "1000 TB" }""");
    }

    [Theory]
    [InlineData("--max-size", "1", "at most 1 bytes are allowed")]
    [InlineData("--config", "floor.json", "the floor of ")]
    public async Task A_collector_without_room_says_so_and_a_later_one_goes_on(string option, string value, string said)
    {
        await AddAsync();
        await using (var collect = GranaryProgram.Start(folder.Data, "collect", "--once", option, option == "--config" ? Path.Combine(folder.Root, value) : value))
        {
            await collect.SaidAsync("the index takes nothing: ");
            collect.Error.ShouldContain(said);
            collect.Terminate();
            (await collect.EndAsync()).Code.ShouldBe(130);
        }

        (await RunAsync("search", "first")).Code.ShouldBe(1);
        (await RunAsync("collect", "--once")).Code.ShouldBe(0);
        (await RunAsync("search", "first")).Code.ShouldBe(0);
        (await RunAsync("verify")).Code.ShouldBe(0);
    }

    [Fact]
    public async Task Probes_answer_while_all_is_well()
    {
        await AddAsync();
        await using var serve = GranaryProgram.Start(folder.Data, "serve", "--port", "0");
        var address = await AddressAsync(serve);
        await Until.TrueAsync(async () => await AskAsync(address, "readyz") == (HttpStatusCode.OK, "ok\n"));

        (await AskAsync(address, "livez")).ShouldBe((HttpStatusCode.OK, "ok\n"));
        (await AskAsync(address, "healthz")).ShouldBe((HttpStatusCode.OK, "ok\n"));
        (await AskAsync(address, "other")).Code.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Probes_say_that_the_index_takes_nothing_and_that_the_process_lives()
    {
        await AddAsync();
        await using var serve = GranaryProgram.Start(folder.Data, "serve", "--port", "0", "--max-size", "1");
        var address = await AddressAsync(serve);
        await serve.SaidAsync("the index takes nothing: ");

        foreach (var probe in (string[])["readyz", "healthz"])
        {
            var (code, text) = await AskAsync(address, probe);
            code.ShouldBe(HttpStatusCode.ServiceUnavailable);
            text.ShouldContain("at most 1 bytes are allowed");
        }

        (await AskAsync(address, "livez")).ShouldBe((HttpStatusCode.OK, "ok\n"));
        serve.Terminate();
        (await serve.EndAsync()).Code.ShouldBe(0);
    }

    public void Dispose() => folder.Dispose();

    private static async Task<Uri> AddressAsync(GranaryProgram serve)
    {
        await serve.SaidAsync("health at ");
        return new(serve.Error.Split("health at ")[1].Split('\n')[0]);
    }

    private static async Task<(HttpStatusCode Code, string Text)> AskAsync(Uri address, string probe)
    {
        using var http = new HttpClient();
        using var answer = await http.GetAsync(new Uri(address, probe));
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private Task<GranaryRun> AddAsync() => RunAsync("source", "add", "directory", "local", "--path", folder.Logs);

    private Task<GranaryRun> RunAsync(params string[] arguments) => GranaryProgram.RunAsync(folder.Data, arguments);
}
