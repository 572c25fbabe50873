using System.Text;
using Granary.Core.Text;

namespace Granary.Core.Tests.Text;

public class SimpleLowercaseTests
{
    [Theory]
    [InlineData('A', 'a')]
    [InlineData('z', 'z')]
    [InlineData(0x130, 'i')]
    [InlineData(0x131, 0x131)]
    [InlineData(0x212A, 'k')]
    [InlineData(0x212B, 0xE5)]
    [InlineData(0x1E9E, 0xDF)]
    [InlineData(0x23A, 0x2C65)]
    [InlineData(0x3A3, 0x3C3)]
    [InlineData(0x3C2, 0x3C2)]
    [InlineData(0x10400, 0x10428)]
    [InlineData(0x24B6, 0x24D0)]
    public void A_code_point_folds_to_its_simple_lowercase(int codePoint, int expected) =>
        SimpleLowercase.Of(codePoint).ShouldBe(expected);

    [Fact]
    public void The_frozen_table_agrees_with_the_runtime_but_for_the_dotted_capital_I()
    {
        var different = Unicode13.Assigned()
            .Where(point => Rune.IsValid(point) && SimpleLowercase.Of(point) != Rune.ToLowerInvariant(new Rune(point)).Value);

        different.ShouldBe([0x130]);
    }

    [Fact]
    public void What_is_folded_stays_when_folded_again() =>
        Enumerable.Range(0, 0x110000)
            .Where(point => SimpleLowercase.Of(SimpleLowercase.Of(point)) != SimpleLowercase.Of(point))
            .ShouldBeEmpty();

    [Fact]
    public void The_sources_of_a_folded_character_are_all_that_fold_to_it()
    {
        var expected = Enumerable.Range(0, 0x110000).ToLookup(SimpleLowercase.Of);

        Enumerable.Range(0, 0x110000)
            .Where(point => !SimpleLowercase.Sources(point).Order().SequenceEqual(expected[point].Order()))
            .ShouldBeEmpty();
    }
}
