using Granary.App;
using Granary.Composition;
using Granary.Elastic;
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

        File.ReadAllText(Path.Combine(folder.Path, "index.url")).ShouldBe("http://127.0.0.1:9200/\n");
        IndexSettings.Read(folder, null, Nothing())!.Urls.ShouldHaveSingleItem().Port.ShouldBe(9200);
    }

    [Fact]
    public void Another_engine_for_the_same_folder_is_refused()
    {
        IndexSettings.Remember(folder, IndexSettings.Read(folder, "http://127.0.0.1:9200", Nothing())!);

        Should.Throw<UserException>(() => IndexSettings.Read(folder, "http://127.0.0.1:9201", Nothing())).Message.ShouldContain("--index");
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
        var options = IndexSettings.Read(folder, null, Settings(("Index:Url", "https://a:9200,https://b:9200"), ("Index:Replicas", "2"), ("Index:Positions", "false")))!;
        (options.Urls.Count, options.Replicas, options.Positions).ShouldBe((2, 2, false));

        Should.Throw<UserException>(() => IndexSettings.Read(folder, "http://a:1", Settings(("Index:Shards", "many")))).Message.ShouldContain("Index:Shards");
        Should.Throw<UserException>(() => IndexSettings.Read(folder, "http://a:1", Settings(("Index:ApiKeyFile", "/no/such")))).Message.ShouldContain("Index:ApiKeyFile");
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
