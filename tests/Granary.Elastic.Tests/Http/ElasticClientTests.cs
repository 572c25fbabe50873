using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Granary.Core.Ports;
using Granary.Elastic.Http;
using Granary.Tests.Program;

namespace Granary.Elastic.Tests.Http;

/// <summary>What goes over the wire, and to whom, without a real engine.</summary>
public sealed class ElasticClientTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("granary-client-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    public static TheoryData<string, string> Logins() => new()
    {
        { "key", "ApiKey very-secret" },
        { "bearer", "Bearer very-secret" },
        { "user", $"Basic {Convert.ToBase64String("me:very-secret"u8)}" },
    };

    [Theory]
    [MemberData(nameof(Logins))]
    public async Task A_login_goes_with_every_request(string login, string header)
    {
        await using var engine = await LoopbackEngine.StartAsync();
        var auth = login switch
        {
            "key" => ElasticAuth.ApiKey("very-secret"),
            "bearer" => ElasticAuth.Bearer("very-secret"),
            _ => ElasticAuth.Basic("me", "very-secret"),
        };
        using var client = new ElasticClient(engine.Options with { Auth = auth }, TimeProvider.System);

        await client.InfoAsync(default);

        engine.Authorization.ShouldBe(header);
    }

    [Theory]
    [InlineData("User", "me", "PasswordFile", "Basic bWU6dmVyeS1zZWNyZXQ=")]
    [InlineData("TokenFile", null, null, "Bearer very-secret")]
    [InlineData("ApiKeyFile", null, null, "ApiKey very-secret")]
    public async Task A_secret_s_file_that_the_settings_name_is_what_logs_in(string setting, string? user, string? passwordFile, string header)
    {
        await using var engine = await LoopbackEngine.StartAsync();
        var file = Path.Combine(folder, "secret");
        File.WriteAllText(file, "very-secret\n");
        var environment = new Dictionary<string, string> { [$"GRANARY__Index__{setting}"] = user ?? file };
        if (passwordFile is not null)
        {
            environment[$"GRANARY__Index__{passwordFile}"] = file;
        }

        await using var program = GranaryProgram.Start(
            Path.Combine(folder, "data"), environment, GranaryProgram.Path, ["status", "--index", engine.Address.ToString()]);
        await program.EndAsync();

        engine.Authorization.ShouldBe(header);
    }

    [Fact]
    public async Task Without_a_login_none_is_sent()
    {
        await using var engine = await LoopbackEngine.StartAsync();
        using var client = new ElasticClient(engine.Options, TimeProvider.System);

        await client.InfoAsync(default);

        (engine.Authorization ?? "").ShouldBeEmpty();
    }

    [Fact]
    public async Task An_authority_of_one_s_own_is_trusted_where_it_is_named_and_only_there()
    {
        using var authority = Authority("CN=ours");
        using var other = Authority("CN=theirs");
        using var certificate = Issue(authority);
        await using var engine = await LoopbackEngine.StartAsync(certificate: certificate);

        (await AskAsync(engine.Options with { CaFile = Pem(authority, "ours.pem") })).Kind.ShouldBe(EngineKind.OpenSearch);
        foreach (var options in new[] { engine.Options, engine.Options with { CaFile = Pem(other, "theirs.pem") } })
        {
            var thrown = await Should.ThrowAsync<IndexUnavailableException>(() => AskAsync(options));
            thrown.Message.ShouldContain("its certificate is not trusted");
            thrown.IsOfSettings.ShouldBeTrue();
        }
    }

    [Fact]
    public async Task Another_node_is_asked_where_one_does_not_answer_and_is_stayed_with()
    {
        await using var engine = await LoopbackEngine.StartAsync();
        using var client = new ElasticClient(engine.Options with { Urls = [new Uri("http://127.0.0.1:1/"), engine.Address] }, TimeProvider.System);

        (await client.InfoAsync(default)).Kind.ShouldBe(EngineKind.OpenSearch);
        var answer = await client.SendAsync(HttpMethod.Get, "", null, TimeSpan.FromSeconds(30), default);

        (answer.Status, engine.Requests).ShouldBe((200, 2));
    }

    [Fact]
    public async Task An_engine_that_never_answers_is_not_waited_for_beyond_the_time_out()
    {
        var ended = new TaskCompletionSource();
        await using var engine = await LoopbackEngine.StartAsync(async (context, _) =>
        {
            await ended.Task.WaitAsync(context.RequestAborted);
            return null;
        });

        var thrown = await Should.ThrowAsync<IndexUnavailableException>(() => AskAsync(engine.Options with { RequestTimeout = TimeSpan.FromMilliseconds(200) }));

        thrown.Message.ShouldBe($"the engine at {engine.Address.Authority} did not answer within 0.2 s");
        thrown.IsOfSettings.ShouldBeFalse();
        ended.SetResult();
    }

    private static async Task<EngineInfo> AskAsync(ElasticOptions options)
    {
        using var client = new ElasticClient(options.Validated(), TimeProvider.System);
        return await client.InfoAsync(default);
    }

    private string Pem(X509Certificate2 certificate, string name)
    {
        var path = Path.Combine(folder, name);
        File.WriteAllText(path, certificate.ExportCertificatePem());
        return path;
    }

    private static X509Certificate2 Authority(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }

    private static X509Certificate2 Issue(X509Certificate2 authority)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=engine", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var issued = request.Create(authority, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(1), [1, 2, 3]);
        using var keyed = issued.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(keyed.Export(X509ContentType.Pfx), null);
    }
}
