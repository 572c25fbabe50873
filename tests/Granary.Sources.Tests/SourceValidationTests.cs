using Granary.Core.Model;

namespace Granary.Sources.Tests;

public class SourceValidationTests
{
    private static readonly SourceDefinition Good = Given.Zuul("https://zuul.example/");

    private static string[] Fields(SourceDefinition definition) => [.. SourceValidation.Validate(definition).Select(error => error.Field)];

    [Fact]
    public void A_good_definition_has_no_errors() => Fields(Good).ShouldBeEmpty();

    [Fact]
    public void Each_wrong_field_is_named()
    {
        Fields(Good with { Id = "Big" }).ShouldBe(["Id"]);
        Fields(Good with { Name = " " }).ShouldBe(["Name"]);
        Fields(Good with { Name = "a/b" }).ShouldBe(["Name"]);
        Fields(Good with { Name = "-v" }).ShouldBe(["Name"]);
        Fields(Good with { Name = "a\nb" }).ShouldBe(["Name"]);
        Fields(Good with { Name = "a\e[2J" }).ShouldBe(["Name"]);
        Fields(Good with { Name = "Zuul_3.opendev-é" }).ShouldBeEmpty();
        Fields(Good with { Kind = "jenkins" }).ShouldBe(["Kind"]);
        Fields(Good with { Address = "zuul.example" }).ShouldBe(["Address"]);
        Fields(Good with { Address = "ftp://zuul.example" }).ShouldBe(["Address"]);
        Fields(Good with { Address = "https://me:secret@zuul.example" }).ShouldBe(["Address"]);
        Fields(Good with { Tenant = null }).ShouldBe(["Tenant"]);
        Fields(Good with { PollInterval = TimeSpan.Zero }).ShouldBe(["PollInterval"]);
        Fields(Good with { MaxConnections = 0 }).ShouldBe(["MaxConnections"]);
        Fields(Good with { TokenFile = "/no/such/token" }).ShouldBe(["TokenFile"]);
        Fields(Good with { AllowedHosts = ["logs.example", "http://x/", "*.example:1"] }).ShouldBe(["AllowedHosts"]);
        Fields(Given.Folder("relative/path")).ShouldContain("Address");
    }

    [Fact]
    public void A_user_info_is_not_repeated_in_the_message() =>
        SourceValidation.Validate(Good with { Address = "https://me:hush@zuul.example" })[0].Message.ShouldNotContain("hush");

    [Fact]
    public void A_source_with_a_name_of_earlier_rules_is_collected_all_the_same() =>
        Should.NotThrow(() => SourceFactory.Create(Good with { Name = "my CI" }, new()));

    [Fact]
    public void Creating_from_a_wrong_definition_names_the_field() =>
        Should.Throw<ArgumentException>(() => SourceFactory.Create(Good with { Tenant = "" }, new())).Message.ShouldContain("Tenant");
}
