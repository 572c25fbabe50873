using System.Net;
using Granary.Core.Ports;
using Granary.Sources.Http;

namespace Granary.Sources.Tests.Http;

public class MannersTests
{
    private static async Task<string> GetAsync(SourceClient client, string address)
    {
        using var answer = await client.SendAsync(new(new Uri(address)), CancellationToken.None);
        return await answer.Response.Content.ReadAsStringAsync();
    }

    private static SourceClient Client(string address, SourceOptions? options = null, params string[] hosts) =>
        new(Given.Zuul(address) with { AllowedHosts = hosts }, options ?? Given.Quick);

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(429)]
    [InlineData(408)]
    public async Task A_failure_that_may_pass_is_tried_again(int status)
    {
        await using var server = new ScriptedServer(request => ScriptedAnswer.Text("x", request.Number < 3 ? status : 200));
        using var client = Client(server.Address);
        (await GetAsync(client, server.Address)).ShouldBe("x");
        server.Requests.Count.ShouldBe(3);
    }

    [Fact]
    public async Task Tries_are_bounded_and_the_last_status_is_told()
    {
        await using var server = new ScriptedServer(_ => ScriptedAnswer.Text("x", 502));
        using var client = Client(server.Address);
        (await Should.ThrowAsync<CiException>(() => GetAsync(client, server.Address + "/a"))).Message.ShouldContain("502");
        server.Requests.Count.ShouldBe(4);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(403)]
    [InlineData(501)]
    public async Task A_refusal_is_not_tried_again(int status)
    {
        await using var server = new ScriptedServer(_ => ScriptedAnswer.Text("x", status));
        using var client = Client(server.Address);
        await Should.ThrowAsync<CiException>(() => GetAsync(client, server.Address));
        server.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Retry_After_in_seconds_holds_the_whole_host()
    {
        var started = DateTime.UtcNow;
        await using var server = new ScriptedServer(request => request.Number == 1
            ? ScriptedAnswer.Text("x", 429).With("Retry-After", "1") : ScriptedAnswer.Text("x"));
        using var client = Client(server.Address);
        await GetAsync(client, server.Address);
        await GetAsync(client, server.Address + "/other");
        (DateTime.UtcNow - started).ShouldBeGreaterThan(TimeSpan.FromMilliseconds(900));
        server.Requests.Count.ShouldBe(3);
    }

    [Fact]
    public async Task Retry_After_beyond_the_bound_is_handed_on()
    {
        await using var server = new ScriptedServer(_ => ScriptedAnswer.Text("x", 503).With("Retry-After", "3600"));
        using var client = Client(server.Address);
        (await Should.ThrowAsync<CiException>(() => GetAsync(client, server.Address))).RetryAfter.ShouldBe(TimeSpan.FromHours(1));
        server.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Retry_After_may_be_a_date()
    {
        var date = DateTimeOffset.UtcNow.AddHours(2).ToString("R");
        await using var server = new ScriptedServer(_ => ScriptedAnswer.Text("x", 503).With("Retry-After", date));
        using var client = Client(server.Address);
        var wait = (await Should.ThrowAsync<CiException>(() => GetAsync(client, server.Address))).RetryAfter.ShouldNotBeNull();
        wait.TotalMinutes.ShouldBeInRange(115, 121);
    }

    [Fact]
    public async Task No_more_requests_at_once_than_the_source_says()
    {
        await using var server = new ScriptedServer(_ => ScriptedAnswer.Text("x") with { Delay = TimeSpan.FromMilliseconds(20) });
        using var client = new SourceClient(Given.Zuul(server.Address) with { MaxConnections = 2 }, Given.Quick);
        await Task.WhenAll(Enumerable.Range(0, 12).Select(i => GetAsync(client, $"{server.Address}/{i}")));
        server.Requests.Count.ShouldBe(12);
        server.MostAtOnce.ShouldBe(2);
    }

    [Fact]
    public async Task Headers_that_do_not_come_are_a_time_out_that_is_tried_again()
    {
        await using var server = new ScriptedServer(request => ScriptedAnswer.Text("x") with
        {
            Delay = request.Number == 1 ? TimeSpan.FromSeconds(20) : null,
        });
        using var client = Client(server.Address, Given.Quick with { HeadersTimeout = TimeSpan.FromMilliseconds(100) });
        (await GetAsync(client, server.Address)).ShouldBe("x");
    }

    [Fact]
    public async Task Nobody_listening_is_a_clear_error_after_the_retries()
    {
        string address;
        await using (var server = new ScriptedServer(_ => ScriptedAnswer.Text("x")))
        {
            address = server.Address;
        }

        using var client = Client(address);
        (await Should.ThrowAsync<CiException>(() => GetAsync(client, address))).Message.ShouldContain(address);
    }

    [Fact]
    public async Task A_redirect_on_the_own_host_is_followed()
    {
        await using var server = new ScriptedServer(request => request.Path == "/a"
            ? ScriptedAnswer.Text("", 302).With("Location", "/b") : ScriptedAnswer.Text(request.Path));
        using var client = Client(server.Address);
        (await GetAsync(client, server.Address + "/a")).ShouldBe("/b");
    }

    [Fact]
    public async Task Redirects_without_end_are_refused()
    {
        await using var server = new ScriptedServer(_ => ScriptedAnswer.Text("", 302).With("Location", "/again"));
        using var client = Client(server.Address);
        (await Should.ThrowAsync<CiException>(() => GetAsync(client, server.Address))).Refused.ShouldBeTrue();
        server.Requests.Count.ShouldBe(6);
    }

    [Theory]
    [InlineData("http://169.254.169.254/latest/meta-data")]
    [InlineData("http://elsewhere.example/log")]
    [InlineData("http://[fe80::1]/log")]
    [InlineData("http://[::ffff:127.0.0.1]/log")]
    [InlineData("ftp://127.0.0.1/log")]
    public async Task A_redirect_to_a_host_that_is_not_allowed_is_refused(string target)
    {
        await using var server = new ScriptedServer(_ => ScriptedAnswer.Text("", 302).With("Location", target));
        using var client = Client(server.Address);
        (await Should.ThrowAsync<CiException>(() => GetAsync(client, server.Address))).Refused.ShouldBeTrue();
    }

    [Theory]
    [InlineData("//[bad")]
    [InlineData("//:80")]
    [InlineData("//x:99999/")]
    public async Task A_redirect_to_no_address_is_refused_and_the_next_request_finds_a_free_connection(string target)
    {
        await using var server = new ScriptedServer(request => request.Path == "/good"
            ? ScriptedAnswer.Text("good") : ScriptedAnswer.Text("", 302).With("Location", target));
        using var client = Client(server.Address);
        for (var time = 0; time < 20; time++)
        {
            (await Should.ThrowAsync<CiException>(() => GetAsync(client, server.Address))).Refused.ShouldBeTrue();
        }

        (await GetAsync(client, server.Address + "/good").WaitAsync(TimeSpan.FromSeconds(20))).ShouldBe("good");
    }

    [Fact]
    public async Task The_token_goes_to_the_own_origin_only_and_is_read_again_when_it_changes()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, " first-secret \n");
        await using var other = new ScriptedServer(_ => ScriptedAnswer.Text("other"));
        await using var server = new ScriptedServer(request => request.Path == "/away"
            ? ScriptedAnswer.Text("", 307).With("Location", other.Address + "/x") : ScriptedAnswer.Text("own"));
        using var client = new SourceClient(Given.Zuul(server.Address) with { TokenFile = file }, Given.Quick);
        await GetAsync(client, server.Address + "/own");
        await File.WriteAllTextAsync(file, "second-secret-x");
        await GetAsync(client, server.Address + "/own");
        (await GetAsync(client, server.Address + "/away")).ShouldBe("other");
        server.Requests.Select(request => request.Header("Authorization"))
            .ShouldBe(["Bearer first-secret", "Bearer second-secret-x", "Bearer second-secret-x"]);
        other.Requests.ShouldAllBe(request => request.Header("Authorization") == null);
        File.Delete(file);
    }

    [Fact]
    public async Task A_token_is_in_no_message()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "very-secret");
        var told = new List<string>();
        await using var server = new ScriptedServer(_ => ScriptedAnswer.Text("x", 500));
        using var client = new SourceClient(
            Given.Zuul(server.Address) with { TokenFile = file }, Given.Quick with { Log = told.Add });
        var failure = await Should.ThrowAsync<CiException>(() => GetAsync(client, server.Address + "/p?sig=very-secret"));
        (failure + string.Concat(told)).ShouldNotContain("very-secret");
        told.ShouldNotBeEmpty();
        File.Delete(file);
    }

    [Fact]
    public async Task The_client_names_itself_and_asks_for_no_compression()
    {
        await using var server = new ScriptedServer(_ => ScriptedAnswer.Text("x"));
        using var client = Client(server.Address);
        await GetAsync(client, server.Address);
        server.Requests[0].Header("User-Agent").ShouldNotBeNull().ShouldStartWith("Granary/0.");
        server.Requests[0].Header("Accept-Encoding").ShouldBeNull();
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("169.254.169.254")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("0.0.0.0")]
    [InlineData("224.0.0.1")]
    [InlineData("fe80::1")]
    public void A_public_name_that_resolves_to_the_machine_or_its_link_is_refused(string resolved)
    {
        var connections = new GuardedConnections(new HostRules(new Uri("https://ci.example"), ["*.example"], allowLoopback: false));
        Should.Throw<CiException>(() => connections.Allowed("ci.example", [IPAddress.Parse(resolved)])).Refused.ShouldBeTrue();
        connections.Allowed("ci.example", [IPAddress.Parse(resolved), IPAddress.Parse("192.0.2.7")]).ShouldBe([IPAddress.Parse("192.0.2.7")]);
    }

    [Fact]
    public async Task A_connection_to_a_refused_address_is_never_dialled()
    {
        await using var server = new ScriptedServer(_ => ScriptedAnswer.Text("x"));
        var connections = new GuardedConnections(new HostRules(new Uri("https://ci.example"), [], allowLoopback: false));
        using var http = new HttpClient(connections.Handler(Given.Quick, 1));
        var failure = await Should.ThrowAsync<HttpRequestException>(() => http.GetStringAsync(server.Address));
        failure.InnerException.ShouldBeOfType<CiException>().Refused.ShouldBeTrue();
        server.Requests.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("http://127.0.0.1:1", "127.0.0.1", "127.0.0.1")]
    [InlineData("http://localhost:1", "localhost", "127.0.0.1")]
    [InlineData("http://localhost:1", "localhost", "::1")]
    public void The_machine_itself_is_allowed_where_the_source_names_it(string own, string host, string resolved)
    {
        var connections = new GuardedConnections(new HostRules(new Uri(own), [], allowLoopback: false));
        connections.Allowed(host, [IPAddress.Parse(resolved)]).Length.ShouldBe(1);
    }

    [Theory]
    [InlineData("logs.example", "https://logs.example/x", true)]
    [InlineData("logs.example:8080", "http://logs.example:8080/x", true)]
    [InlineData("logs.example:8080", "http://logs.example/x", false)]
    [InlineData("*.example", "https://a.b.example/x", true)]
    [InlineData("*.example", "https://notexample/x", false)]
    [InlineData("logs.example", "https://logs.example.evil/x", false)]
    [InlineData("", "https://CI.own/x", true)]
    public void Hosts_are_allowed_by_name_name_and_port_or_domain(string allowed, string address, bool good)
    {
        var rules = new HostRules(new Uri("https://ci.own"), allowed.Length == 0 ? [] : [allowed], allowLoopback: false);
        var check = () => rules.Check(new Uri(address));
        if (good)
        {
            check.ShouldNotThrow();
        }
        else
        {
            check.ShouldThrow<CiException>().Refused.ShouldBeTrue();
        }
    }

    [Fact]
    public void Waits_have_full_jitter_below_a_doubling_bound()
    {
        var backoff = new Backoff(new SourceOptions { Seed = 3, RetryBase = TimeSpan.FromSeconds(1), RetryCap = TimeSpan.FromSeconds(8) });
        for (var attempt = 0; attempt < 8; attempt++)
        {
            var bound = Math.Min(8, Math.Pow(2, attempt));
            var waits = Enumerable.Range(0, 200).Select(_ => backoff.Next(attempt).TotalSeconds).ToList();
            waits.Max().ShouldBeInRange(bound * 0.9, bound);
            waits.Min().ShouldBeInRange(0, bound * 0.1);
        }
    }
}
