using Granary.App.Searching;
using Granary.Core.Model;

namespace Granary.App.Tests.Searching;

public class LineAddressTests
{
    [Fact]
    public void A_line_of_a_Zuul_build_is_found_in_its_web_interface()
    {
        var build = Build("https://zuul.example.org/t/main/build/abc");

        LineAddress.Of(build, "logs/job output.txt", "https://logs.example.org/x", 42)
            .ShouldBe("https://zuul.example.org/t/main/build/abc/log/logs/job%20output.txt#42");
    }

    [Fact]
    public void A_line_of_a_file_is_found_in_the_file() =>
        LineAddress.Of(Build(null), "a.log", "/var/log/a.log", 7).ShouldBe("/var/log/a.log");

    private static Build Build(string? url) => new() { Key = new("s", "b"), Job = "j", Finished = true, Url = url };
}
