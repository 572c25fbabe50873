using System.Text.Json;
using Granary.Sources.Zuul;

namespace Granary.Sources.Tests.Zuul;

public class ZuulRowTests
{
    private static ZuulRow Read(string json)
    {
        using var document = JsonDocument.Parse(json);
        return new ZuulRowReader("ci", ZuulAddress.TryParse("https://zuul.example/", "my tenant")!).Read(document.RootElement);
    }

    [Fact]
    public void A_row_of_today_is_read_with_its_nested_ref()
    {
        var row = Read("""
            {"_id":23404081,"uuid":"e09e","job_name":"j","result":"FAILURE","held":false,"start_time":"2024-02-13T23:17:28",
             "end_time":"2024-02-13T23:39:24","duration":1316.0,"voting":true,"log_url":"https://logs.example/e0/","nodeset":"ubuntu-jammy",
             "error_detail":null,"final":true,"artifacts":[{"name":"Zuul Manifest","url":"https://logs.example/e0/zuul-manifest.json",
             "metadata":{"type":"zuul_manifest"}}],"provides":[],"ref":{"project":"p","branch":"master","change":908952,"patchset":"1",
             "ref":"refs/changes/52","oldrev":null,"newrev":null,"ref_url":"https://review/908952"},"pipeline":"check","event_id":"ev",
             "event_timestamp":"2024-02-13T23:16:00","buildset":{"uuid":"bs"}}
            """);
        var build = row.Build;
        row.Id.ShouldBe(23404081);
        build.Key.ShouldBe(new("ci", "e09e"));
        (build.Job, build.Project, build.Pipeline, build.Branch, build.Change).ShouldBe(("j", "p", "check", "master", "908952,1"));
        (build.Result, build.Finished).ShouldBe(("FAILURE", true));
        build.StartedAt.ShouldBe(new DateTimeOffset(2024, 2, 13, 23, 17, 28, TimeSpan.Zero));
        build.FinishedAt.ShouldBe(new DateTimeOffset(2024, 2, 13, 23, 39, 24, TimeSpan.Zero));
        build.Url.ShouldBe("https://zuul.example/t/my%20tenant/build/e09e");
        build.LogUrl.ShouldBe("https://logs.example/e0/");
        build.Labels["voting"].ShouldBe("true");
        build.Labels["nodeset"].ShouldBe("ubuntu-jammy");
        build.Labels["buildset"].ShouldBe("bs");
        build.Labels["event_id"].ShouldBe("ev");
        build.Labels.Keys.ShouldNotContain("zuul_manifest");
        build.Labels.Keys.ShouldNotContain("error_detail");
    }

    [Fact]
    public void A_row_before_version_ten_has_its_ref_as_a_string_beside_its_siblings()
    {
        var build = Read("""
            {"uuid":"u","job_name":"j","result":"SUCCESS","start_time":"2021-01-01T00:00:00","end_time":null,"project":"p","branch":"main",
             "change":null,"patchset":null,"newrev":"abc123","ref":"refs/heads/main","pipeline":"post","log_url":null}
            """).Build;
        (build.Project, build.Branch, build.Change, build.Finished).ShouldBe(("p", "main", "abc123", true));
        build.Labels["ref"].ShouldBe("refs/heads/main");
        build.FinishedAt.ShouldBeNull();
    }

    [Fact]
    public void A_running_build_has_nulls_and_is_not_finished()
    {
        var build = Read("""
            {"_id":5,"uuid":"u","job_name":"j","result":null,"held":null,"start_time":"2024-01-01T00:00:00","end_time":null,
             "duration":null,"log_url":null,"final":null,"error_detail":null,"artifacts":[],"ref":{"project":"p"}}
            """).Build;
        (build.Finished, build.Result, build.FinishedAt, build.LogUrl).ShouldBe((false, null, null, null));
    }

    [Fact]
    public void Without_uuid_the_key_is_the_id_or_what_does_not_change_when_the_build_ends()
    {
        Read("""{"_id":77,"uuid":null,"job_name":"j","result":"SKIPPED"}""").Build.Key.Id.ShouldBe("id-77");
        var running = Read("""{"job_name":"j","start_time":"2024-01-01T00:00:00","result":null,"change":3,"patchset":"1","project":"p"}""");
        var ended = Read("""{"job_name":"j","start_time":"2024-01-01T00:00:00","result":"SUCCESS","end_time":"2024-01-01T01:00:00","change":3,"patchset":"1","project":"p"}""");
        var other = Read("""{"job_name":"j","start_time":"2024-01-01T00:00:00","result":"SUCCESS","change":4,"patchset":"1","project":"p"}""");
        ended.Build.Key.ShouldBe(running.Build.Key);
        other.Build.Key.ShouldNotBe(running.Build.Key);
        running.Build.Url.ShouldBeNull();
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"uuid":5,"_id":"x","ref":[],"artifacts":{},"buildset":"b","start_time":"soon","job_name":null}""")]
    [InlineData("""{"artifacts":[1,{"metadata":null},{"metadata":{"type":"zuul_manifest"}}]}""")]
    public void Odd_rows_are_read_as_far_as_they_go(string json) => Read(json).Build.Job.ShouldBe("(unnamed)");

    [Theory]
    [InlineData("https://z.example", "t", "https://z.example/api/tenant/t")]
    [InlineData("https://z.example/", "t", "https://z.example/api/tenant/t")]
    [InlineData("https://z.example/zuul/", "t", "https://z.example/zuul/api/tenant/t")]
    [InlineData("https://z.example/zuul/api/", "t", "https://z.example/zuul/api/tenant/t")]
    [InlineData("https://z.example/api/tenant/named/builds", null, "https://z.example/api/tenant/named")]
    [InlineData("https://z.example/t/named/builds", null, "https://z.example/api/tenant/named")]
    public void Base_addresses_are_taken_however_they_are_written(string address, string? tenant, string api) =>
        ZuulAddress.TryParse(address, tenant)!.Api.ShouldBe(api);
}
