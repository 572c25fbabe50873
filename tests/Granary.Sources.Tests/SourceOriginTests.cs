using Granary.Core.Model;

namespace Granary.Sources.Tests;

/// <summary>A source that was removed and is added again is known, however its address is written.</summary>
public class SourceOriginTests
{
    [Theory]
    [InlineData("https://zuul.example.org", "openstack", "https://zuul.example.org/t/openstack/build/1", true)]
    [InlineData("https://zuul.example.org/t/openstack", null, "https://zuul.example.org/t/openstack/build/1", true)]
    [InlineData("https://zuul.example.org/api/tenant/openstack/", null, "https://zuul.example.org/t/openstack/build/1", true)]
    [InlineData("http://Zuul.example.org/api", "openstack", "https://zuul.example.org/t/openstack/build/1", true)]
    [InlineData("https://zuul.example.org", "two words", "https://zuul.example.org/t/two%20words/build/1", true)]
    [InlineData("https://zuul.example.org", "a/b", "https://zuul.example.org/t/a%2Fb/build/1", true)]
    [InlineData("https://zuul.example.org", "stack", "https://zuul.example.org/t/openstack/build/1", false)]
    [InlineData("https://zuul.example.org/t/openstack", "zuul", "https://zuul.example.org/t/openstack/build/1", false)]
    [InlineData("https://zuul.example.org", "openstack", "https://other.example.org/t/openstack/build/1", false)]
    [InlineData("https://example.org/zuul", "t", "https://example.org/zuul/t/t/build/1", true)]
    [InlineData("https://example.org/zuul", "t", "https://example.org/other/t/t/build/1", false)]
    [InlineData("https://zuul.example.org", "openstack", null, false)]
    public void A_build_is_of_the_tenant_that_its_page_names(string address, string? tenant, string? page, bool expected) =>
        SourceOrigin.IsOf(Given.Build() with { Url = page }, Given.Zuul(address) with { Tenant = tenant }).ShouldBe(expected);

    [Theory]
    [InlineData("/logs/", true)]
    [InlineData("/logs", true)]
    [InlineData("/log", false)]
    public void A_build_is_of_the_folder_that_holds_its_log(string folder, bool expected) =>
        SourceOrigin.IsOf(Given.Build("/logs/a.log", "a.log"), Given.Folder(folder)).ShouldBe(expected);
}
