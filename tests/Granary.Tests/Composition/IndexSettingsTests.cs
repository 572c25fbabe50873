using Granary.App;
using Granary.Composition;
using Granary.Elastic;
using Granary.Tests.Program;
using Microsoft.Extensions.Configuration;

namespace Granary.Tests.Composition;

public sealed class IndexSettingsTests : IDisposable
{
    private readonly DataFolder folder = new(Directory.CreateTempSubdirectory("granary-index-").FullName);

    public void Dispose() => Directory.Delete(folder.Path, recursive: true);

    [Fact]
    public void Without_a_word_of_an_engine_lines_are_in_the_embedded_index()
    {
        IndexSettings.MayBeNamed(folder, null).ShouldBeFalse();
        IndexSettings.Read(folder, null, Nothing()).ShouldBeNull();
    }

    [Fact]
    public void The_folder_remembers_its_engine_without_the_password()
    {
        IndexSettings.Remember(folder, IndexSettings.Read(folder, "http://user:secret@127.0.0.1:9200", Nothing())!);

        File.ReadAllText(Path.Combine(folder.Path, "index.url")).ShouldBe("http://127.0.0.1:9200/\nPrefix=granary\n");
        IndexSettings.Read(folder, null, Nothing())!.Urls.ShouldHaveSingleItem().Port.ShouldBe(9200);
    }

    [Fact]
    public void A_note_that_says_what_it_should_is_not_written_again()
    {
        var options = IndexSettings.Read(folder, "http://127.0.0.1:9200", Nothing())!;
        IndexSettings.Remember(folder, options);
        var note = Path.Combine(folder.Path, "index.url");
        File.SetLastWriteTimeUtc(note, DateTime.UnixEpoch.AddYears(50));

        IndexSettings.Remember(folder, options);

        File.GetLastWriteTimeUtc(note).ShouldBe(DateTime.UnixEpoch.AddYears(50));
        Directory.GetFiles(folder.Path).ShouldBe([note]);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("http://127.0.0.1:9200")]
    public void An_empty_note_is_an_error(string? url)
    {
        File.WriteAllText(Path.Combine(folder.Path, "index.url"), "\n");

        Should.Throw<UserException>(() => IndexSettings.Read(folder, url, Nothing())).Message.ShouldContain("index.url is empty");
    }

    [Fact]
    public void Another_engine_for_the_same_folder_is_refused()
    {
        IndexSettings.Remember(folder, IndexSettings.Read(folder, "http://127.0.0.1:9200", Nothing())!);

        Should.Throw<UserException>(() => IndexSettings.Read(folder, "http://127.0.0.1:9201", Nothing())).Message.ShouldContain("--index");
    }

    [Fact]
    public void The_folder_remembers_the_prefix_and_another_is_refused()
    {
        IndexSettings.Remember(folder, IndexSettings.Read(folder, "http://127.0.0.1:9200", Settings(("Index:Prefix", "ours")))!);

        IndexSettings.Read(folder, null, Nothing())!.Prefix.ShouldBe("ours");
        IndexSettings.Read(folder, "http://127.0.0.1:9200", Nothing())!.Prefix.ShouldBe("ours");
        Should.Throw<UserException>(() => IndexSettings.Read(folder, null, Settings(("Index:Prefix", "theirs")))).Message.ShouldContain("'ours', not 'theirs'");
    }

    [Fact]
    public void A_note_of_an_address_alone_leaves_the_prefix_to_the_settings()
    {
        File.WriteAllText(Path.Combine(folder.Path, "index.url"), "http://127.0.0.1:9200/\n");

        IndexSettings.Read(folder, null, Nothing())!.Prefix.ShouldBe("granary");
        IndexSettings.Read(folder, null, Settings(("Index:Prefix", "ours")))!.Prefix.ShouldBe("ours");
    }

    [Fact]
    public void What_a_folder_notes_is_not_the_engine_of_a_cluster()
    {
        IndexSettings.Remember(folder, IndexSettings.Read(folder, "http://127.0.0.1:9200", Nothing())!);

        IndexSettings.ReadOfCluster(null, Nothing()).ShouldBeNull();
        IndexSettings.ReadOfCluster("http://127.0.0.1:9201", Nothing())!.Urls.ShouldHaveSingleItem().Port.ShouldBe(9201);
    }

    [Theory]
    [InlineData("GRANARY__Index__Url")]
    [InlineData("GRANARY__INDEX__URL")]
    [InlineData("granary__index__url")]
    public async Task An_engine_that_the_environment_names_in_any_case_is_the_one_that_is_asked(string name)
    {
        // Nothing listens there: an embedded index would be found empty instead.
        await using var program = GranaryProgram.Start(
            Path.Combine(folder.Path, "none"), new Dictionary<string, string> { [name] = "http://127.0.0.1:1" }, GranaryProgram.Path, ["search", "x"]);

        var run = await program.EndAsync();

        run.Error.ShouldContain("127.0.0.1:1");
        run.Code.ShouldBe(2);
    }

    [Theory]
    [InlineData("search x")]
    [InlineData("verify")]
    [InlineData("verify --repair")]
    public async Task A_cluster_s_lines_without_an_engine_are_not_looked_for_in_a_folder(string arguments)
    {
        var run = await GranaryProgram.RunAsync(folder.Path, [.. arguments.Split(' '), "--database", "Host=127.0.0.1;Port=1;Username=none;Timeout=1"]);

        run.Error.ShouldContain("no index is named");
        (run.Code, run.Out).ShouldBe((2, ""));
    }

    [Fact]
    public void An_engine_for_a_folder_with_an_embedded_index_is_refused()
    {
        Directory.CreateDirectory(folder.IndexFolder);
        File.WriteAllText(Path.Combine(folder.IndexFolder, "index.db"), "");

        Should.Throw<UserException>(() => IndexSettings.Read(folder, "http://127.0.0.1:9200", Nothing())).Message.ShouldContain("embedded");
    }

    [Theory]
    [InlineData("ftp://127.0.0.1")]
    [InlineData("nonsense")]
    public void An_address_that_is_none_is_refused(string address) =>
        Should.Throw<UserException>(() => IndexSettings.Read(folder, address, Nothing())).Message.ShouldContain("--index");

    [Fact]
    public void Settings_name_the_engine_and_what_is_wrong_with_them()
    {
        var options = IndexSettings.Read(folder, null, Settings(("Index:Url", "https://a:9200,https://b:9200"), ("Index:Replicas", "2"), ("Index:Positions", "false"), ("Index:Codec", "zstd")))!;
        (options.Urls.Count, options.Replicas, options.Positions, options.Codec).ShouldBe((2, 2, false, "zstd"));

        Should.Throw<UserException>(() => IndexSettings.Read(folder, "http://a:1", Settings(("Index:Shards", "many")))).Message.ShouldContain("Index:Shards");
        Should.Throw<UserException>(() => IndexSettings.Read(folder, "http://a:1", Settings(("Index:ApiKeyFile", "/no/such")))).Message.ShouldContain("Index:ApiKeyFile");
    }

    [Fact]
    public void A_password_comes_from_a_file_and_is_not_shown()
    {
        var file = Path.Combine(folder.Path, "password");
        File.WriteAllText(file, "very-secret\n");

        var options = IndexSettings.Read(folder, "http://a:1", Settings(("Index:User", "me"), ("Index:PasswordFile", file)))!;

        options.Auth!.ToString().ShouldBe("user me");
        options.ToString().ShouldNotContain("very-secret");
    }

    [Fact]
    public void A_secret_comes_from_a_file_and_is_not_shown()
    {
        var file = Path.Combine(folder.Path, "key");
        File.WriteAllText(file, "very-secret\n");

        var options = IndexSettings.Read(folder, "http://a:1", Settings(("Index:ApiKeyFile", file)))!;

        options.Auth.ShouldBeOfType<ElasticAuth>().ToString().ShouldBe("API key");
        options.ToString().ShouldNotContain("very-secret");
    }

    private static IConfiguration Nothing() => Settings();

    private static IConfiguration Settings(params (string Name, string Value)[] values) => new ConfigurationBuilder()
        .AddInMemoryCollection(values.Select(pair => KeyValuePair.Create(pair.Name, (string?)pair.Value)))
        .Build();
}
