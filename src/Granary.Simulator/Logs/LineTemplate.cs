using System.Buffers.Text;
using System.Text;

namespace Granary.Simulator.Logs;

/// <summary>One kind of line: literal bytes with slots between them, parsed once from text such as <c>{file}.cc:{n}</c>.</summary>
internal sealed class LineTemplate
{
    private readonly byte[][] _literals;
    private readonly int[] _slots;

    private static readonly string[] Known =
    [
        "n", "m", "k", "c", "t", "pct", "hex", "sha", "file", "dir", "sym", "class", "pkg", "ver", "test", "task", "svc", "word", "s",
        "near", "here",
    ];

    public LineTemplate(string text)
    {
        var pieces = text.Split('{', '}');
        _literals = [.. pieces.Where((_, i) => i % 2 == 0).Select(Encoding.UTF8.GetBytes)];
        var names = pieces.Where((_, i) => i % 2 == 1);
        _slots = [.. names.Select(name => Array.IndexOf(Known, name) is var i and >= 0 ? i : throw new FormatException(name))];
    }

    public void Write(LineBuffer line, ref SeededRandom random, in BlockState block)
    {
        line.Both(_literals[0]);
        for (var i = 0; i < _slots.Length; i++)
        {
            Fill(line, _slots[i], ref random, block);
            line.Both(_literals[i + 1]);
        }
    }

    private static void Fill(LineBuffer line, int slot, ref SeededRandom random, in BlockState block)
    {
        switch (slot)
        {
            case 0: Number(line, random.Below(100)); break;
            case 1: Number(line, random.Below(4000)); break;
            case 2: Number(line, random.Skewed(100_000)); break;
            case 3: Number(line, block.Count); break;
            case 4: Number(line, block.Total); break;
            case 5: Number(line, block.Count * 100 / block.Total); break;
            case 6: Hex(line, random.Next() & 0xFFFFFFFF, 8); break;
            case 7: Hex(line, block.Seed, 16); Hex(line, SeededHash.Mix(block.Seed), 16); break;
            case 8: Name(line, Vocabulary.Files, block.Near + random.Skewed(12)); break;
            case 9: Name(line, Vocabulary.Folders, block.Near); break;
            case 10: Name(line, Vocabulary.Symbols, block.Near + random.Skewed(10)); break;
            case 11: Name(line, Vocabulary.Classes, block.Near + (block.Count / 20)); break;
            case 12: Name(line, Vocabulary.Packages, block.Near + (block.Count / 5)); break;
            case 13: Name(line, Vocabulary.Versions, block.Near + (block.Count / 5)); break;
            case 14: Name(line, Vocabulary.Tests, block.Near + (block.Count * 7 / 8)); break;
            case 15: Name(line, Vocabulary.Tasks, block.Near + block.Count); break;
            case 16: Name(line, Vocabulary.Services, block.Near + random.Skewed(6)); break;
            case 17: Name(line, Vocabulary.Words, random.Below(Vocabulary.Words.Length)); break;
            case 18: Number(line, random.Skewed(40)); line.Both("."u8); Number(line, 10 + random.Below(90)); break;
            case 19: Name(line, Vocabulary.Files, block.Near + (block.Count / 3)); break;
            default: Name(line, Vocabulary.Words, block.Near); break;
        }
    }

    private static void Name(LineBuffer line, byte[][] names, int index) => line.Both(names[(int)((uint)index % (uint)names.Length)]);

    private static void Number(LineBuffer line, int value)
    {
        Span<byte> digits = stackalloc byte[12];
        Utf8Formatter.TryFormat(value, digits, out var length);
        line.Both(digits[..length]);
    }

    private static void Hex(LineBuffer line, ulong value, int count)
    {
        Span<byte> digits = stackalloc byte[16];
        for (var i = 0; i < count; i++)
        {
            digits[i] = "0123456789abcdef"u8[(int)(value >> (4 * i)) & 15];
        }

        line.Both(digits[..count]);
    }
}
