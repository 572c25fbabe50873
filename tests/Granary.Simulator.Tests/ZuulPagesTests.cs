using System.Net;
using System.Text.Json;

namespace Granary.Simulator.Tests;

public class ZuulPagesTests
{
    private static readonly SimulatorOptions Options = new() { Seed = 5, Builds = 300, BuildsPerSecond = 0, TimeProvider = new ManualClock() };

    [Fact]
    public async Task A_page_without_a_limit_has_fifty_rows_newest_first()
    {
        await using var running = await RunningCi.StartAsync(Options);
        var ids = await running.IdsAsync("");
        ids.Length.ShouldBe(50);
        ids.ShouldBe(ids.OrderDescending());
    }

    [Fact]
    public async Task A_limit_has_no_cap_and_zero_gives_nothing()
    {
        await using var running = await RunningCi.StartAsync(Options);
        (await running.IdsAsync("limit=100000")).Length.ShouldBe(300);
        (await running.IdsAsync("limit=0")).ShouldBeEmpty();
        (await running.IdsAsync("limit=0&complete=true")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Skip_leaves_out_the_newest()
    {
        await using var running = await RunningCi.StartAsync(Options);
        var all = await running.IdsAsync("limit=300");
        (await running.IdsAsync("skip=295")).ShouldBe(all[295..]);
    }

    [Fact]
    public async Task Index_bounds_are_inclusive()
    {
        await using var running = await RunningCi.StartAsync(Options);
        var all = await running.IdsAsync("limit=300");
        (await running.IdsAsync($"idx_max={all[10]}&idx_min={all[14]}")).ShouldBe(all[10..15]);
        (await running.IdsAsync($"idx_max={all[10] - 1}&idx_min={all[14] + 1}")).ShouldBe(all[11..14]);
    }

    [Fact]
    public async Task Paging_by_the_last_id_minus_one_gives_each_row_once()
    {
        await using var running = await RunningCi.StartAsync(Options);
        var seen = new List<long>();
        for (var page = await running.IdsAsync("limit=7"); page.Length > 0; page = await running.IdsAsync($"limit=7&idx_max={seen[^1] - 1}"))
        {
            seen.AddRange(page);
        }

        seen.ShouldBe(await running.IdsAsync("limit=300"));
    }

    [Fact]
    public async Task Ids_have_gaps()
    {
        await using var running = await RunningCi.StartAsync(Options);
        var ids = await running.IdsAsync("limit=300");
        ids.Zip(ids.Skip(1), (a, b) => a - b).Count(step => step > 1).ShouldBeGreaterThan(100);
    }

    [Fact]
    public async Task Repeated_filters_are_alternatives_and_take_a_star()
    {
        await using var running = await RunningCi.StartAsync(Options);
        var rows = await running.RowsAsync("limit=300&job_name=unit-tests-*&job_name=linters&result=SUCCESS");
        rows.ShouldNotBeEmpty();
        var names = rows.Select(row => row.GetProperty("job_name").GetString()!).ToHashSet();
        names.ShouldContain("linters");
        names.ShouldContain("unit-tests-py311");
        names.ShouldAllBe(name => name == "linters" || name.StartsWith("unit-tests-"));
        rows.ShouldAllBe(row => row.GetProperty("result").GetString() == "SUCCESS");
    }

    [Fact]
    public async Task Excluded_results_are_left_out()
    {
        await using var running = await RunningCi.StartAsync(Options);
        var results = (await running.RowsAsync("limit=300&exclude_result=SUCCESS")).Select(row => row.GetProperty("result").GetString()).ToList();
        results.ShouldNotBeEmpty();
        results.ShouldNotContain("SUCCESS");
    }

    [Fact]
    public async Task One_build_is_found_by_its_uuid()
    {
        await using var running = await RunningCi.StartAsync(Options);
        var build = running.Ci.BuildAt(123);
        (await running.IdsAsync($"uuid={build.Uuid}")).ShouldBe([build.Id]);
        var answer = await running.GetAsync($"api/tenant/example/build/{build.Uuid}");
        using var document = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        document.RootElement.GetProperty("_id").GetInt64().ShouldBe(build.Id);
        document.RootElement.GetProperty("buildset").GetProperty("refs").GetArrayLength().ShouldBe(1);
    }

    [Theory]
    [InlineData("api/tenant/nobody/builds", HttpStatusCode.NotFound)]
    [InlineData("api/tenant/example/build/00000000000000000000000000000000", HttpStatusCode.NotFound)]
    [InlineData("api/tenant/example/builds?unheard=1", HttpStatusCode.NotFound)]
    [InlineData("api/tenant/example/builds?skip=-1", HttpStatusCode.InternalServerError)]
    [InlineData("api/tenant/example/builds?limit=abc", HttpStatusCode.InternalServerError)]
    [InlineData("api/tenant/example/no-such-thing", HttpStatusCode.OK)]
    public async Task Errors_and_unknown_paths_are_pages_of_HTML(string path, HttpStatusCode status)
    {
        await using var running = await RunningCi.StartAsync(Options);
        var answer = await running.GetAsync(path);
        answer.StatusCode.ShouldBe(status);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/html");
    }

    [Fact]
    public async Task Times_have_whole_seconds_and_no_zone()
    {
        await using var running = await RunningCi.StartAsync(Options);
        var row = (await running.RowsAsync("limit=1&result=SUCCESS"))[0];
        row.GetProperty("end_time").GetString()!.ShouldMatch(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$");
        row.GetProperty("duration").GetRawText().ShouldMatch(@"^\d+\.\d$");
    }

    [Fact]
    public async Task Builds_that_never_ran_have_no_logs()
    {
        await using var running = await RunningCi.StartAsync(Options);
        var rows = await running.RowsAsync("limit=300&result=SKIPPED&result=CANCELED&result=NODE_FAILURE");
        rows.ShouldNotBeEmpty();
        rows.ShouldAllBe(row => row.GetProperty("log_url").ValueKind == JsonValueKind.Null && row.GetProperty("nodeset").GetString() == "");
        rows.ShouldContain(row => row.GetProperty("start_time").ValueKind == JsonValueKind.Null);
    }

    [Fact]
    public async Task Build_times_come_by_their_end_without_log_addresses()
    {
        await using var running = await RunningCi.StartAsync(Options);
        var rows = await running.RowsAsync("limit=300", "build-times");
        var ends = rows.Select(row => row.GetProperty("end_time").GetString()!).ToList();
        ends.Count.ShouldBeGreaterThan(200);
        ends.ShouldBe(ends.OrderDescending(StringComparer.Ordinal));
        rows.Any(row => row.TryGetProperty("log_url", out _)).ShouldBeFalse();
        var middle = ends[100];
        (await running.RowsAsync($"limit=300&start_time={middle}", "build-times")).Length.ShouldBe(ends.Count(end => string.CompareOrdinal(end, middle) >= 0));
    }

    [Fact]
    public async Task The_middle_generation_has_ids_a_flat_ref_and_no_build_times()
    {
        await using var running = await RunningCi.StartAsync(Options with { Generation = ApiGeneration.Idx });
        var row = (await running.RowsAsync("limit=1"))[0];
        row.GetProperty("ref").ValueKind.ShouldBe(JsonValueKind.String);
        row.GetProperty("project").GetString().ShouldNotBeNull();
        row.TryGetProperty("_id", out _).ShouldBeTrue();
        (await running.GetAsync("api/tenant/example/build-times")).Content.Headers.ContentType!.MediaType.ShouldBe("text/html");
    }

    [Fact]
    public async Task The_old_generation_ignores_index_bounds_and_has_no_ids()
    {
        await using var running = await RunningCi.StartAsync(Options with { Generation = ApiGeneration.Old });
        var rows = await running.RowsAsync("limit=300&idx_max=1&whatever=2");
        rows.Length.ShouldBe(300);
        rows.Any(row => row.TryGetProperty("_id", out _)).ShouldBeFalse();
        rows.Count(row => !row.TryGetProperty("uuid", out _)).ShouldBeInRange(1, 20);
    }

    [Fact]
    public async Task A_token_is_asked_for_where_it_is_set()
    {
        await using var running = await RunningCi.StartAsync(Options with { BearerToken = "let-me-in" });
        (await running.GetAsync("api/tenant/example/builds")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }
}
