using System.Text.Json;
using Granary.Simulator;

namespace Granary.Tests.Program;

/// <summary>What is said of a Zuul on the command line reaches the collector.</summary>
public sealed class ZuulSourceTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    [Fact]
    public async Task Only_builds_of_the_project_pipeline_branch_and_result_are_collected()
    {
        await using var ci = await SimulatedCi.StartAsync(new() { Seed = 5, Builds = 120 }, default);
        var wanted = ci.BuildAt(60);
        await AddAsync(
            ci, "--project", wanted.Project, "--pipeline", wanted.Pipeline, "--branch", wanted.Branch[..1] + "*", "--result", wanted.Result!.ToLowerInvariant());

        (await RunAsync("collect", "--once")).Code.ShouldBe(0);

        var expected = ci.ExpectedBuilds().Select(build => build.Build).Where(build =>
            build.Project == wanted.Project && build.Pipeline == wanted.Pipeline && build.Branch[0] == wanted.Branch[0] && build.Result == wanted.Result);
        (await IdsAsync()).ShouldBe(expected.Select(build => build.Uuid).Order());
    }

    [Theory]
    [InlineData("--project")]
    [InlineData("--pipeline")]
    [InlineData("--branch")]
    [InlineData("--result")]
    public async Task Each_filter_alone_keeps_the_others_out(string option)
    {
        await using var ci = await SimulatedCi.StartAsync(new() { Seed = 5, Builds = 40 }, default);
        Func<SimulatedBuild, string?> of = option switch
        {
            "--project" => build => build.Project,
            "--pipeline" => build => build.Pipeline,
            "--branch" => build => build.Branch,
            _ => build => build.Result,
        };
        var builds = ci.ExpectedBuilds().Select(build => build.Build).ToList();
        var rare = builds.GroupBy(of).Where(group => group.Key is not null).MinBy(group => group.Count())!;
        await AddAsync(ci, option, rare.Key!);

        (await RunAsync("collect", "--once")).Code.ShouldBe(0);

        rare.Count().ShouldBeLessThan(builds.Count);
        (await IdsAsync()).ShouldBe(rare.Select(build => build.Uuid).Order());
    }

    [Fact]
    public async Task Logs_on_another_host_are_read_only_where_that_is_allowed()
    {
        await using var ci = await SimulatedCi.StartAsync(new() { Seed = 5, Builds = 3 }, default);
        var elsewhere = $"http://localhost:{ci.BaseAddress.Port}/";
        await RunAsync("source", "add", "zuul", "refused", "--url", elsewhere, "--tenant", ci.Tenant);
        await RunAsync("source", "add", "zuul", "allowed", "--url", elsewhere, "--tenant", ci.Tenant, "--allow-host", $"127.0.0.1:{ci.BaseAddress.Port}");

        (await RunAsync("collect", "refused", "--once")).Code.ShouldBe(1);
        (await RunAsync("search", "*", "--count")).Out.ShouldBe("0\n");
        (await RunAsync("collect", "allowed", "--once")).Code.ShouldBe(0);
        (await RunAsync("search", "*", "--count", "--source", "allowed")).Code.ShouldBe(0);
    }

    [Fact]
    public async Task A_removed_tenant_that_is_added_again_by_its_pages_address_goes_on_where_it_was()
    {
        await using var ci = await SimulatedCi.StartAsync(new() { Seed = 5, Builds = 4 }, default);
        await AddAsync(ci);
        await RunAsync("collect", "--once");
        var lines = (await RunAsync("search", "*", "--count")).Out;
        await RunAsync("source", "remove", "ci");

        var added = await RunAsync("source", "add", "zuul", "ci", "--url", $"{ci.BaseAddress}t/{ci.Tenant}");
        await RunAsync("collect", "--once");

        added.Out.ShouldNotContain("its builds are named");
        (await RunAsync("search", "*", "--count")).Out.ShouldBe(lines);
    }

    [Fact]
    public async Task Files_that_are_asked_for_later_are_read_then()
    {
        await using var ci = await SimulatedCi.StartAsync(new() { Seed = 5, Builds = 4, TreeRate = 1 }, default);
        var config = folder.Write("conf.json", Configured(ci, "job-output*"));
        (await RunAsync("collect", "--once", "--config", config)).Code.ShouldBe(0);
        var few = int.Parse((await RunAsync("search", "*", "--count")).Out, null);

        folder.Write("conf.json", Configured(ci, "**"));
        (await RunAsync("collect", "--once", "--config", config)).Code.ShouldBe(0);

        int.Parse((await RunAsync("search", "*", "--count")).Out, null).ShouldBeGreaterThan(few);
        (await RunAsync("verify")).Code.ShouldBe(0);
        (await RunAsync("collect", "--once", "--config", config)).Error.ShouldContain("0 builds, ");
    }

    public void Dispose() => folder.Dispose();

    private static string Configured(SimulatedCi ci, string files) =>
        $$"""{ "Sources": [ { "Name": "ci", "Kind": "zuul", "Url": "{{ci.BaseAddress}}", "Tenant": "{{ci.Tenant}}", "Files": "{{files}}" } ] }""";

    private async Task<IEnumerable<string>> IdsAsync() => (await RunAsync("builds", "-o", "json")).Lines
        .Select(line => JsonDocument.Parse(line).RootElement.GetProperty("build").GetString()!).Order();

    private Task<GranaryRun> AddAsync(SimulatedCi ci, params string[] filters) =>
        RunAsync(["source", "add", "zuul", "ci", "--url", ci.BaseAddress.ToString(), "--tenant", ci.Tenant, .. filters]);

    private Task<GranaryRun> RunAsync(params string[] arguments) => GranaryProgram.RunAsync(folder.Data, arguments);
}
