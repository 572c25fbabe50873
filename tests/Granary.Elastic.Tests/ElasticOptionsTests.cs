namespace Granary.Elastic.Tests;

public sealed class ElasticOptionsTests
{
    private static readonly ElasticOptions Usual = new() { Urls = [new Uri("https://search.example.org:9200")] };

    public static TheoryData<string, ElasticOptions> Wrong() => new()
    {
        { "Urls", Usual with { Urls = [] } },
        { "Urls", Usual with { Urls = [new Uri("ftp://search.example.org")] } },
        { "Urls", Usual with { Urls = [new Uri("http://search.example.org/?x=1")] } },
        { "Prefix", Usual with { Prefix = "" } },
        { "Prefix", Usual with { Prefix = "Granary" } },
        { "Prefix", Usual with { Prefix = "a*" } },
        { "Shards", Usual with { Shards = 0 } },
        { "Replicas", Usual with { Replicas = -1 } },
        { "Codec", Usual with { Codec = "best compression" } },
        { "BatchBytes", Usual with { BatchBytes = 10 } },
        { "MaxInFlight", Usual with { MaxInFlight = 0 } },
        { "CaFile", Usual with { CaFile = "/nowhere/ca.pem" } },
        { "RetentionDays", Usual with { RetentionDays = 0 } },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void An_option_out_of_its_range_is_named(string name, ElasticOptions options) =>
        Should.Throw<ArgumentException>(() => options.Validated()).ParamName.ShouldBe(name);

    [Fact]
    public void User_and_password_leave_the_address()
    {
        var options = (Usual with { Urls = [new Uri("https://reader:hun%20ter@search.example.org:9200/base")] }).Validated();
        options.Urls.ShouldBe([new Uri("https://search.example.org:9200/base/")]);
        options.Auth!.ToString().ShouldBe("user reader");
        options.Auth.Header.Parameter.ShouldBe(Convert.ToBase64String("reader:hun ter"u8));
    }

    [Fact]
    public void No_secret_is_shown()
    {
        foreach (var auth in new[] { ElasticAuth.Basic("me", "hunter2"), ElasticAuth.ApiKey("hunter2"), ElasticAuth.Bearer("hunter2") })
        {
            (Usual with { Auth = auth }).ToString().ShouldNotContain("hunter2");
            auth.ToString().ShouldNotContain("hunter2");
        }

        (Usual with { Urls = [new Uri("https://me:hunter2@search.example.org")] }).ToString().ShouldNotContain("hunter2");
    }

    [Fact]
    public void Bodies_are_compressed_only_where_the_engine_is_elsewhere()
    {
        Usual.Compresses.ShouldBeTrue();
        (Usual with { Urls = [new Uri("http://127.0.0.1:9200")] }).Compresses.ShouldBeFalse();
        (Usual with { Compress = false }).Compresses.ShouldBeFalse();
    }
}
