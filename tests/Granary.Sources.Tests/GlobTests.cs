using System.Text.RegularExpressions;

namespace Granary.Sources.Tests;

public class GlobTests
{
    [Fact]
    public void Name_globs_agree_with_regular_expressions_on_random_names()
    {
        var random = new Random(7);
        for (var i = 0; i < 20_000; i++)
        {
            var pattern = Pick(random, "ab*", 6);
            var name = Pick(random, "ab", 7);
            var expected = Regex.IsMatch(name, "^" + Regex.Escape(pattern).Replace("\\*", ".*") + "$");
            NameGlob.Matches(pattern, name).ShouldBe(expected, $"{pattern} on {name}");
        }
    }

    [Fact]
    public void Path_globs_agree_with_regular_expressions_on_random_paths()
    {
        var random = new Random(8);
        for (var i = 0; i < 40_000; i++)
        {
            var glob = string.Join('/', Enumerable.Range(0, random.Next(1, 4)).Select(_ =>
                random.Next(3) == 0 ? "**" : Pick(random, "ab*?", 3).Replace("**", "*")));
            var path = string.Join('/', Enumerable.Range(0, random.Next(1, 4)).Select(_ => Pick(random, "ab", 3) + "b"));
            var target = glob.Contains('/') ? path : path[(path.LastIndexOf('/') + 1)..];
            PathGlob.Matches(glob, path).ShouldBe(Regex.IsMatch(target, Expression(glob)), $"{glob} on {path}");
        }
    }

    [Theory]
    [InlineData("*.txt", "a/b/job-output.txt", true)]
    [InlineData("*.txt", "job-output.txt.gz", true)]
    [InlineData("logs/*.txt", "logs/a/b.txt", false)]
    [InlineData("logs/**/*.txt", "logs/b.txt", true)]
    [InlineData("logs/**", "logs/a/b.txt", true)]
    [InlineData("/job-output.txt", "job-output.txt", true)]
    [InlineData("/job-output.txt", "a/job-output.txt", false)]
    public void Path_globs_mean_what_people_expect(string glob, string path, bool matches) =>
        PathGlob.Matches(glob, path).ShouldBe(matches);

    private static string Pick(Random random, string letters, int most) =>
        new([.. Enumerable.Range(0, random.Next(most)).Select(_ => letters[random.Next(letters.Length)])]);

    private static string Expression(string glob)
    {
        var text = "^" + Regex.Escape(glob.TrimStart('/')).Replace("\\*", "*").Replace("\\?", "[^/]");
        text = text.Replace("**", "\u0001").Replace("*", "[^/]*");
        text = Regex.Replace(text, "(?<=^\\^|/)\u0001/", "(?:[^/]*/)*");
        return text.Replace("\u0001", ".*") + "$";
    }
}
