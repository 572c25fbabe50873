using Granary.Core.Cursors;
using Granary.Core.Model;
using Granary.Core.Ports;
using Granary.Sources.Tests.Http;

namespace Granary.Sources.Tests.Zuul;

public class ZuulPagingTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UtcNow;

    private static SourceOptions Options(int pageSize = 10) => Given.Quick with { PageSize = pageSize };

    private static ZuulModel Model(Generation generation, int builds, double minutesApart = 7)
    {
        var model = new ZuulModel(generation);
        for (var i = builds; i > 0; i--)
        {
            model.Add(Now.AddMinutes(-i * minutesApart));
        }

        return model;
    }

    private static string[] Keys(IEnumerable<BuildPage> pages) => [.. pages.SelectMany(page => page.Builds).Select(build => build.Key.Id).Distinct()];

    private static IntervalSet Taken(IEnumerable<BuildPage> pages, IntervalSet? before = null) =>
        pages.Where(page => page.Covered is not null).Aggregate(before ?? IntervalSet.Empty, (set, page) => set.Add(page.Covered!.Value));

    public static TheoryData<Generation> Generations => [.. Enum.GetValues<Generation>()];

    [Theory]
    [MemberData(nameof(Generations))]
    public async Task Every_build_is_given_and_the_past_is_closed(Generation generation)
    {
        var model = Model(generation, 57);
        await using var server = new ScriptedServer(model.Answer);
        await using var source = SourceFactory.Create(Given.Zuul(server.Address), Options());
        var pages = await source.PagesAsync();
        Keys(pages).Order().ShouldBe(model.Rows.Select(row => row.Uuid!).Order());
        Taken(pages).Intervals.Count.ShouldBe(1);
    }

    [Theory]
    [MemberData(nameof(Generations))]
    public async Task A_second_walk_asks_little_and_gives_the_new(Generation generation)
    {
        var model = Model(generation, 57);
        await using var server = new ScriptedServer(model.Answer);
        await using var source = SourceFactory.Create(Given.Zuul(server.Address), Options());
        var taken = Taken(await source.PagesAsync());
        var before = server.Requests.Count;
        var fresh = model.Add(Now);
        var pages = await source.PagesAsync(new() { Taken = taken });
        Keys(pages).ShouldContain(fresh.Uuid!);
        pages.Sum(page => page.Builds.Count).ShouldBeLessThan(8);
        (server.Requests.Count - before).ShouldBeLessThan(5);
    }

    [Theory]
    [MemberData(nameof(Generations))]
    public async Task Builds_that_never_began_do_not_make_a_walk_longer(Generation generation)
    {
        var model = new ZuulModel(generation);
        for (var i = 2_000; i > 0; i--)
        {
            _ = i % 20 == 0 ? model.AddSkipped(Now.AddMinutes(-i * 7)) : model.Add(Now.AddMinutes(-i * 7));
        }

        await using var server = new ScriptedServer(model.Answer);
        await using var source = SourceFactory.Create(Given.Zuul(server.Address), Options());
        var first = await source.PagesAsync();
        Keys(first).Order().ShouldBe(model.Rows.Select(row => row.Uuid!).Order());

        var before = server.Requests.Count;
        var fresh = model.Add(Now);
        Keys(await source.PagesAsync(new() { Taken = Taken(first) })).ShouldContain(fresh.Uuid!);
        (server.Requests.Count - before).ShouldBeLessThan(5);

        before = server.Requests.Count;
        await using var recent = SourceFactory.Create(
            Given.Zuul(server.Address) with { Filter = new() { Since = Now.AddDays(-1) } }, Options());
        await recent.PagesAsync();
        (server.Requests.Count - before).ShouldBeLessThan(60);
    }

    [Fact]
    public async Task Builds_within_the_overlap_window_are_given_and_not_covered()
    {
        var model = Model(Generation.Keyset, 30, minutesApart: 1);
        await using var server = new ScriptedServer(model.Answer);
        await using var source = SourceFactory.Create(Given.Zuul(server.Address), Options());
        var pages = await source.PagesAsync();
        Keys(pages).Length.ShouldBe(30);
        var settled = model.Rows.Last(row => row.Start < Now.AddMinutes(-9.5)).Id;
        Taken(pages).Top.ShouldBe(settled);
    }

    [Theory]
    [MemberData(nameof(Generations))]
    public async Task A_row_that_becomes_visible_late_and_out_of_order_is_found(Generation generation)
    {
        var model = Model(generation, 30, minutesApart: 5);
        var late = model.Add(Now.AddMinutes(-4), hidden: true);
        for (var i = 1; i < 25; i++)
        {
            model.Add(Now.AddMinutes(-4).AddSeconds(i));
        }

        await using var server = new ScriptedServer(model.Answer);
        await using var source = SourceFactory.Create(Given.Zuul(server.Address), Options());
        var taken = Taken(await source.PagesAsync());
        late.Hidden = false;
        Keys(await source.PagesAsync(new() { Taken = taken })).ShouldContain(late.Uuid!);
    }

    [Fact]
    public async Task A_deep_gap_of_a_server_without_ids_is_reached_in_few_requests()
    {
        var model = Model(Generation.NoIds, 3000, minutesApart: 5);
        await using var server = new ScriptedServer(model.Answer);
        await using var source = SourceFactory.Create(Given.Zuul(server.Address), Options());
        var rows = model.Rows;
        var seconds = (int index) => rows[index].Start!.Value.ToUnixTimeSeconds();
        var taken = IntervalSet.Empty.Add(new(1_000_000_000, seconds(500))).Add(new(seconds(540), Now.AddMinutes(-15).ToUnixTimeSeconds()));
        var pages = await source.PagesAsync(new() { Taken = taken });
        // The two newest are within the overlap window.
        Keys(pages).Order().ShouldBe(Enumerable.Range(501, 39).Append(2998).Append(2999).Select(i => rows[i].Uuid!).Order());
        Taken(pages, taken).Intervals.Count.ShouldBe(1);
        server.Requests.Count.ShouldBeLessThan(40);
    }

    [Fact]
    public async Task The_newest_gap_comes_first_and_older_ones_are_backfill()
    {
        var model = Model(Generation.Keyset, 100);
        var ids = model.Rows.Select(row => row.Id).ToList();
        await using var server = new ScriptedServer(model.Answer);
        await using var source = SourceFactory.Create(Given.Zuul(server.Address), Options());
        var taken = IntervalSet.Empty.Add(new(ids[10], ids[30])).Add(new(ids[60], ids[80]));
        var pages = await source.PagesAsync(new() { Taken = taken });
        var given = pages.SelectMany(page => page.Builds).Select(build => build.Position).ToList();
        given.ShouldBe(given.OrderDescending());
        given.Order().ShouldBe(ids.Where(id => !taken.Contains(id)));
        pages.Where(page => page.Builds.Any(build => build.Position > ids[80])).ShouldAllBe(page => !page.Backfill);
        pages.Where(page => page.Builds.Any(build => build.Position < ids[60])).ShouldAllBe(page => page.Backfill);
        Taken(pages, taken).Intervals.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_running_build_is_given_as_running_and_found_again_when_it_ends()
    {
        var model = Model(Generation.Keyset, 5);
        var running = model.Add(Now.AddMinutes(-30), finished: false);
        await using var server = new ScriptedServer(model.Answer);
        await using var source = SourceFactory.Create(Given.Zuul(server.Address), Options());
        var open = (await source.PagesAsync()).SelectMany(page => page.Builds).Where(build => !build.Finished).ToList();
        open.Single().Key.Id.ShouldBe(running.Uuid);
        ZuulModel.Finish(running, Now, "FAILURE");
        var gone = open[0] with { Key = new("ci", "gone"), Labels = new Dictionary<string, string> { ["uuid"] = "gone" } };
        var again = await source.ReadBuildsAsync([.. open, gone], CancellationToken.None);
        again.Single().Finished.ShouldBeTrue();
        again.Single().Result.ShouldBe("FAILURE");
        again.Single().Position.ShouldBe(open[0].Position);
    }

    [Theory]
    [MemberData(nameof(Generations))]
    public async Task What_began_long_before_since_ends_the_walk_and_is_closed(Generation generation)
    {
        var model = Model(generation, 400, minutesApart: 60);
        await using var server = new ScriptedServer(model.Answer);
        var since = Now.AddHours(-48);
        await using var source = SourceFactory.Create(
            Given.Zuul(server.Address) with { Filter = new() { Since = since } }, Options());
        var pages = await source.PagesAsync();
        Keys(pages).Length.ShouldBe(48);
        server.Requests.Count.ShouldBeLessThan(15);
        var before = server.Requests.Count;
        (await source.PagesAsync(new() { Taken = Taken(pages) })).Sum(page => page.Builds.Count(build => build.Position < 0)).ShouldBe(0);
        (server.Requests.Count - before).ShouldBeLessThan(4);
    }

    [Fact]
    public async Task Exact_names_are_filtered_by_the_server_and_globs_here()
    {
        var model = Model(Generation.Keyset, 20);
        model.Add(Now.AddMinutes(-3), job: "lint-all");
        await using var server = new ScriptedServer(model.Answer);
        await using var source = SourceFactory.Create(
            Given.Zuul(server.Address) with { Filter = new() { Jobs = ["lint*"], Projects = ["p"], Results = ["success"] } }, Options());
        var pages = await source.PagesAsync();
        pages.SelectMany(page => page.Builds).Single().Job.ShouldBe("lint-all");
        server.Requests.ShouldAllBe(request => request.Query("job_name") == null && request.Query("result") == null && request.Query("project") == "p");
    }

    [Fact]
    public async Task A_web_page_for_an_answer_says_that_the_address_is_wrong()
    {
        await using var server = new ScriptedServer(_ => ScriptedAnswer.Text("<html/>").With("Content-Type", "text/html; charset=utf-8"));
        await using var source = SourceFactory.Create(Given.Zuul(server.Address), Options());
        (await Should.ThrowAsync<CiException>(() => source.PagesAsync())).Message.ShouldContain("web page");
    }

    [Fact]
    public async Task An_unknown_tenant_says_so()
    {
        await using var server = new ScriptedServer(_ => ScriptedAnswer.Text("no", 404));
        await using var source = SourceFactory.Create(Given.Zuul(server.Address), Options());
        (await Should.ThrowAsync<CiException>(() => source.PagesAsync())).Message.ShouldContain("tenant");
    }

    [Fact]
    public async Task A_server_that_always_gives_the_same_page_is_an_error_and_not_a_loop()
    {
        var model = Model(Generation.NoIds, 10);
        await using var server = new ScriptedServer(request => model.Answer(request with { Target = "/api/tenant/t/builds?limit=10" }));
        await using var source = SourceFactory.Create(Given.Zuul(server.Address), Options());
        (await Should.ThrowAsync<CiException>(() => source.PagesAsync())).Message.ShouldContain("does not page");
    }

    [Theory]
    [MemberData(nameof(Generations))]
    public async Task Nothing_is_lost_while_pages_shift_builds_end_late_and_walks_are_cut_off(Generation generation)
    {
        for (var seed = 0; seed < 25; seed++)
        {
            var random = new Random(seed);
            var model = Model(generation, random.Next(5, 120), minutesApart: 3);
            var running = new List<ZuulModel.Row>();
            var clock = Now;
            var frozen = false;
            model.Before = _ =>
            {
                for (var i = random.Next(4); i > 0 && !frozen; i--)
                {
                    clock = clock.AddSeconds(random.Next(3));
                    var row = model.Add(clock, finished: random.Next(3) > 0);
                    if (row.Result is null)
                    {
                        running.Add(row);
                    }
                }
            };
            await using var server = new ScriptedServer(model.Answer);
            var finished = new HashSet<string>();
            var open = new Dictionary<string, Build>();
            var taken = IntervalSet.Empty;
            for (var walk = 0; walk < 12; walk++)
            {
                frozen = walk >= 10;
                var limit = frozen ? int.MaxValue : random.Next(1, 6);
                // Each walk is a process of its own; the CI's clock runs ahead so that the past settles.
                await using var source = SourceFactory.Create(
                    Given.Zuul(server.Address), Options(random.Next(2, 15)) with { OverlapWindow = TimeSpan.FromMinutes(random.Next(1, 10)) });
                await foreach (var page in source.ReadPagesAsync(new() { Taken = taken }, CancellationToken.None))
                {
                    foreach (var build in page.Builds)
                    {
                        _ = build.Finished ? finished.Add(build.Key.Id) : open.TryAdd(build.Key.Id, build);
                    }

                    taken = page.Covered is { } covered ? taken.Add(covered) : taken;
                    if (--limit == 0)
                    {
                        break;
                    }
                }

                foreach (var row in running.Where(row => row.Result is null && (frozen || random.Next(2) == 0)).ToList())
                {
                    ZuulModel.Finish(row, clock);
                }

                var waiting = open.Values.Where(build => !finished.Contains(build.Key.Id)).ToList();
                finished.UnionWith((await source.ReadBuildsAsync(waiting, CancellationToken.None))
                    .Where(build => build.Finished).Select(build => build.Key.Id));
            }

            model.Rows.Select(row => row.Uuid!).Except(finished).ShouldBeEmpty($"seed {seed}");
        }
    }
}
