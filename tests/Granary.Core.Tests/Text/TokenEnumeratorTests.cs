using System.Text;
using Granary.Core.Text;

namespace Granary.Core.Tests.Text;

public class TokenEnumeratorTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("--- ==>", "")]
    [InlineData("error: disk_full (x86-64)", "error|disk_full|x86|64")]
    [InlineData("a\nb", "a|b")]
    [InlineData("e\u0301tat 中文 naïve😀x", "e\u0301tat|中文|naïve|x")]
    public void Tokens_are_runs_of_token_characters(string text, string expected) =>
        string.Join('|', Tokens(Encoding.UTF8.GetBytes(text))).ShouldBe(expected);

    [Fact]
    public void Tokens_agree_with_a_character_by_character_reading_at_every_alignment()
    {
        var random = new Random(1);
        for (var round = 0; round < 3_000; round++)
        {
            var text = new string(' ', random.Next(70)) + RandomText.Line(random, 120);

            Tokens(Encoding.UTF8.GetBytes(text)).ShouldBe(Naively(text));
        }
    }

    [Fact]
    public void A_token_of_any_length_is_one_token()
    {
        for (var length = 1; length < 400; length++)
        {
            Tokens(Encoding.UTF8.GetBytes("-" + new string('a', length) + "-")).Single().Length.ShouldBe(length);
            Tokens(Encoding.UTF8.GetBytes(" " + new string('中', length))).Single().Length.ShouldBe(length);
        }
    }

    [Fact]
    public void Bytes_that_are_not_utf8_part_tokens_wherever_they_stand()
    {
        for (var offset = 0; offset < 130; offset++)
        {
            byte[] text = [.. new byte[offset], (byte)'a', 0xFF, (byte)'b', 0xC3, (byte)'c', 0x80, 0x80, 0x80, 0x80, (byte)'d', 0xE4, 0xB8];

            Tokens(text).ShouldBe(["a", "b", "c", "d"]);
        }
    }

    private static List<string> Tokens(ReadOnlySpan<byte> text)
    {
        var tokens = new List<string>();
        foreach (var token in new TokenEnumerator(text))
        {
            tokens.Add(Encoding.UTF8.GetString(token));
        }

        return tokens;
    }

    private static List<string> Naively(string text)
    {
        var tokens = new List<string>();
        var token = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (TokenClasses.IsToken(rune))
            {
                token.Append(rune);
            }
            else if (token.Length > 0)
            {
                tokens.Add(token.ToString());
                token.Clear();
            }
        }

        if (token.Length > 0)
        {
            tokens.Add(token.ToString());
        }

        return tokens;
    }
}
