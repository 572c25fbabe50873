using System.Text;
using Granary.Core.Text;

namespace Granary.Core.Tests.Text;

public class FoldingTests
{
    [Fact]
    public void Folding_text_is_folding_each_of_its_characters()
    {
        var random = new Random(7);
        for (var round = 0; round < 2_000; round++)
        {
            var text = RandomText.Line(random);
            var expected = string.Concat(text.EnumerateRunes().Select(rune => SimpleLowercase.Of(rune).ToString()));

            Folding.Fold(text).ShouldBe(expected);
        }
    }

    [Fact]
    public void The_bound_holds_for_the_letter_that_grows_most()
    {
        var text = Encoding.UTF8.GetBytes(new string('\u023A', 100));
        var folded = new byte[Folding.MaxLength(text.Length)];

        Folding.Fold(text, folded).ShouldBe(300);
    }

    [Fact]
    public void No_letter_grows_by_more_than_half() =>
        Enumerable.Range(0, 0x110000).Where(Rune.IsValid)
            .Where(point => new Rune(SimpleLowercase.Of(point)).Utf8SequenceLength > Folding.MaxLength(new Rune(point).Utf8SequenceLength))
            .ShouldBeEmpty();

    [Fact]
    public void Bytes_that_are_not_utf8_stay()
    {
        byte[] text = [(byte)'A', 0xC3, 0xFF, 0x80, (byte)'B', 0xE2, 0x84];
        var folded = new byte[Folding.MaxLength(text.Length)];

        folded[..Folding.Fold(text, folded)].ShouldBe([(byte)'a', 0xC3, 0xFF, 0x80, (byte)'b', 0xE2, 0x84]);
    }

    [Fact]
    public void A_destination_that_could_be_too_short_is_refused() =>
        Should.Throw<ArgumentException>(() => Folding.Fold("abc"u8, new byte[3]));
}
