namespace Granary.Simulator.Logs;

/// <summary>Composes the lines that a careless reader gets wrong, each as its bytes and the text they must become.</summary>
internal static class OddLines
{
    private static readonly byte[][] Passages = [.. Enumerable.Range(0, 64).Select(MakePassage)];

    private static ReadOnlySpan<byte> Replacement => "\uFFFD"u8;

    /// <summary>Of several CR-separated states the last that is not empty stays.</summary>
    public static void Progress(LineBuffer line, ref SeededRandom random)
    {
        var steps = 1 + random.Below(6);
        for (var i = 0; i < steps; i++)
        {
            line.RawOnly(random.Below(2) == 0 ? "Receiving objects:  17% (170/1000)\r"u8 : "  4% [=>                  ] eta 00:41\r"u8);
        }

        line.Both(random.Below(2) == 0 ? "Receiving objects: 100% (1000/1000), done."u8 : "100% [====================] done"u8);
        switch (random.Below(3))
        {
            case 0: line.RawOnly("\r"u8); break;
            case 1: line.RawOnly("\r\r"u8); break;
            default: break;
        }
    }

    public static void Ansi(LineBuffer line, ref SeededRandom random)
    {
        switch (random.Below(5))
        {
            case 0:
                line.RawOnly("\u001b[0;32m"u8);
                line.Both("PASS"u8);
                line.RawOnly("\u001b[0m"u8);
                line.Both(" src/components/\u00fcbersicht.spec.ts"u8);
                break;
            case 1:
                line.RawOnly("\u001b]0;zuul@node: make\u0007"u8);
                line.Both("make: entering the barn"u8);
                break;
            case 2:
                line.RawOnly("\u001b]8;;https://docs.example.org/e17\u001b\\"u8);
                line.Both("error[E17]"u8);
                line.RawOnly("\u001b]8;;\u001b\\"u8);
                line.Both(": the sheaf does not live long enough"u8);
                break;
            case 3:
                line.RawOnly("\u001b7\u001b[2K\u001b[1G"u8);
                line.Both("resolved 1 of 1 bales"u8);
                line.RawOnly("\u001b8\u001b[?25h"u8);
                break;
            default:
                line.RawOnly("\u001b[38;5;208m"u8);
                line.Both("warning"u8);
                line.RawOnly("\u001b[m\u001b[K"u8);
                line.Both(": 2 deprecated calls"u8);
                line.RawOnly("\u001bM"u8);
                break;
        }
    }

    /// <summary>One U+FFFD for each maximal subpart of an ill-formed sequence (Unicode 15, 3.9; the WHATWG's decoder).</summary>
    public static void InvalidUtf8(LineBuffer line, ref SeededRandom random)
    {
        line.Both("read name "u8);
        switch (random.Below(7))
        {
            case 0: line.RawOnly([0xFF]); Replace(line, 1); break;
            case 1: line.RawOnly([0xE2, 0x82]); Replace(line, 1); break;
            case 2: line.RawOnly([0xF0, 0x9F, 0x92]); Replace(line, 1); break;
            case 3: line.RawOnly([0xC0, 0xAF]); Replace(line, 2); break;
            case 4: line.RawOnly([0xED, 0xA0, 0x80]); Replace(line, 3); break;
            case 5: line.RawOnly([0xF4, 0x90, 0x80, 0x80]); Replace(line, 4); break;
            default: line.RawOnly([0xE9]); Replace(line, 1); break;
        }

        if (random.Below(2) == 0)
        {
            line.Both(" from disk"u8);
        }
    }

    public static void Separators(LineBuffer line, ref SeededRandom random) =>
        line.Both(random.Below(2) == 0 ? "one line\u2028still the same"u8 : "one line\u0085still the same"u8);

    /// <summary>A fake secret of a well-known form; the mask of eight asterisks takes its place.</summary>
    public static void Secret(LineBuffer line, ref SeededRandom random)
    {
        Span<byte> secret = stackalloc byte[40];
        var form = random.Below(4);
        var prefix = form switch { 0 => "ghp_"u8, 1 => "glpat-"u8, 2 => "AKIA"u8, _ => ""u8 };
        var length = form switch { 0 => 40, 1 => 26, 2 => 20, _ => 24 };
        prefix.CopyTo(secret);
        for (var i = prefix.Length; i < length; i++)
        {
            secret[i] = form == 2
                ? "ABCDEFGHJKLMNPQRSTUVWXYZ234567"u8[random.Below(30)]
                : "abcdefghijkmnpqrstuvwxyzABCDEFGH23456789"u8[random.Below(40)];
        }

        line.Both(form == 3 ? "export DEPLOY_TOKEN="u8 : "using credential "u8);
        line.RawOnly(secret[..length]);
        line.TextOnly("********"u8);
        if (form != 3)
        {
            line.Both(" for the mirror"u8);
        }
    }

    /// <summary>A long line of words, some of more than one byte a character, of exactly <paramref name="bytes"/> bytes.</summary>
    public static void Long(LineBuffer line, ref SeededRandom random, int bytes)
    {
        var left = bytes;
        while (left > Passages[0].Length * 2)
        {
            var passage = Passages[random.Below(Passages.Length)];
            line.Both(passage);
            left -= passage.Length;
        }

        while (left-- > 0)
        {
            line.Both("."u8);
        }
    }

    /// <summary>Some kilobytes of words each, so that a long line costs copies only.</summary>
    private static byte[] MakePassage(int number)
    {
        var random = new SeededRandom((ulong)number);
        var words = new List<byte>();
        while (words.Count < 2_000)
        {
            words.AddRange(Vocabulary.Words[random.Below(Vocabulary.Words.Length)]);
            words.AddRange(random.Below(8) switch { 0 => "\u00e9,"u8, 1 => "\u7a40 "u8, 2 => "\U0001F33E "u8, _ => ", "u8 });
        }

        return [.. words];
    }

    private static void Replace(LineBuffer line, int count)
    {
        for (var i = 0; i < count; i++)
        {
            line.TextOnly(Replacement);
        }
    }
}
