using Granary.Sources.Http;

namespace Granary.Sources.Tests.Http;

/// <summary>Several sources of one process at one host.</summary>
public class HostGatesTests
{
    [Fact]
    public async Task Two_sources_at_a_host_have_no_more_requests_at_once_than_one()
    {
        await using var server = new ScriptedServer(_ => ScriptedAnswer.Text("x") with { Delay = TimeSpan.FromMilliseconds(20) });
        var options = Given.Quick with { Hosts = new() };
        using var one = new SourceClient(Given.Zuul(server.Address) with { MaxConnections = 2 }, options);
        using var other = new SourceClient(Given.Zuul(server.Address) with { Tenant = "other", MaxConnections = 2 }, options);

        await Task.WhenAll(Enumerable.Range(0, 16).Select(i => GetAsync(i % 2 == 0 ? one : other, $"{server.Address}/{i}")));

        server.Requests.Count.ShouldBe(16);
        server.MostAtOnce.ShouldBe(2);
    }

    [Fact]
    public async Task A_rest_that_the_host_asks_of_one_source_is_kept_by_the_other()
    {
        await using var server = new ScriptedServer(request => request.Number == 1
            ? ScriptedAnswer.Text("x", 429).With("Retry-After", "1") : ScriptedAnswer.Text("x"));
        var options = Given.Quick with { Hosts = new(), RetryLimit = 0 };
        using var one = new SourceClient(Given.Zuul(server.Address), options);
        using var other = new SourceClient(Given.Zuul(server.Address) with { Tenant = "other" }, options);
        var started = DateTime.UtcNow;

        await Should.ThrowAsync<Core.Ports.CiException>(() => GetAsync(one, server.Address));
        await GetAsync(other, server.Address);

        (DateTime.UtcNow - started).ShouldBeGreaterThan(TimeSpan.FromMilliseconds(900));
    }

    [Fact]
    public async Task A_source_that_is_closed_leaves_its_permits_to_the_others()
    {
        await using var server = new ScriptedServer(_ => ScriptedAnswer.Text("x"));
        var options = Given.Quick with { Hosts = new() };
        var one = new SourceClient(Given.Zuul(server.Address) with { MaxConnections = 1 }, options);
        var answer = await one.SendAsync(new(new Uri(server.Address)), CancellationToken.None);
        one.Dispose();
        answer.Dispose();

        using var other = new SourceClient(Given.Zuul(server.Address) with { MaxConnections = 1 }, options);
        await GetAsync(other, server.Address).WaitAsync(TimeSpan.FromSeconds(30));
    }

    private static async Task GetAsync(SourceClient client, string address)
    {
        using var answer = await client.SendAsync(new(new Uri(address)), CancellationToken.None);
        await answer.Response.Content.ReadAsStringAsync();
    }
}
