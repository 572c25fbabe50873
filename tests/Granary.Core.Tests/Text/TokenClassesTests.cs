using System.Globalization;
using Granary.Core.Text;

namespace Granary.Core.Tests.Text;

public class TokenClassesTests
{
    [Fact]
    public void The_frozen_table_agrees_with_the_runtime_on_all_of_Unicode_13()
    {
        var wrong = Unicode13.Assigned().Where(point => TokenClasses.IsToken(point) != RuntimeSays(point)).ToList();

        wrong.ShouldBeEmpty();
    }

    [Fact]
    public void Nothing_that_Unicode_13_leaves_unassigned_is_a_token_character()
    {
        var assigned = Unicode13.Assigned().ToHashSet();

        Enumerable.Range(0, 0x110000).Where(point => TokenClasses.IsToken(point) && !assigned.Contains(point)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData('_', true)]
    [InlineData('-', false)]
    [InlineData('\n', false)]
    [InlineData(0x301, true)]
    [InlineData(0x4E2D, true)]
    [InlineData(0x1F600, false)]
    [InlineData(0x2160, false)]
    [InlineData(-1, false)]
    [InlineData(int.MaxValue, false)]
    public void Letters_marks_digits_and_underscore_are_token_characters(int codePoint, bool expected) =>
        TokenClasses.IsToken(codePoint).ShouldBe(expected);

    [Fact]
    public void Folding_never_changes_whether_a_character_belongs_to_tokens() =>
        Enumerable.Range(0, 0x110000)
            .Where(point => TokenClasses.IsToken(point) != TokenClasses.IsToken(SimpleLowercase.Of(point)))
            .ShouldBeEmpty();

    private static bool RuntimeSays(int point) => point == '_' || CharUnicodeInfo.GetUnicodeCategory(point)
        is UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter
        or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter or UnicodeCategory.NonSpacingMark
        or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark or UnicodeCategory.DecimalDigitNumber;
}
