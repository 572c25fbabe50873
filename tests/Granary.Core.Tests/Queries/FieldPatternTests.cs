using Granary.Core.Queries;

namespace Granary.Core.Tests.Queries;

public class FieldPatternTests
{
    [Theory]
    [InlineData("unit", "unit", true)]
    [InlineData("unit", "UNIT", true)]
    [InlineData("unit", "unit-tests", false)]
    [InlineData("unit*", "unit-tests", true)]
    [InlineData("*unit*", "a-unit-b", true)]
    [InlineData("a*a", "a", false)]
    [InlineData("a*b*c", "axxcbxc", true)]
    [InlineData("a*b*c", "acb", false)]
    [InlineData("*", "", true)]
    [InlineData("*", null, false)]
    [InlineData("\u212A*", "kilo", true)]
    [InlineData("i", "\u0130", true)]
    [InlineData("a\\*b", "a*b", true)]
    [InlineData("a\\*b", "axb", false)]
    [InlineData("C:\\x\\\\*", "c:\\x\\y", true)]
    public void The_whole_value_is_compared_without_case(string pattern, string? value, bool expected) =>
        new FieldPattern(pattern).Matches(value).ShouldBe(expected);

    [Fact]
    public void Long_values_are_compared_whole()
    {
        var value = new string('Ш', 5_000) + "x";

        new FieldPattern("ш*X").Matches(value).ShouldBeTrue();
        new FieldPattern("ш*y").Matches(value).ShouldBeFalse();
    }

    [Fact]
    public void Escaped_text_matches_itself() =>
        new FieldPattern(FieldPattern.Escape(@"a\*b\\c*")).Matches(@"a\*b\\c*").ShouldBeTrue();
}
