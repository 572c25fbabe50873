using Granary.Simulator.Logs;

namespace Granary.Simulator.Expected;

/// <summary>Lists the expected lines of a file; a line over 32 KiB in parts.</summary>
internal static class LineParts
{
    public const int PartBytes = 32 * 1024;

    private static readonly byte[] RepeatedLine = ".......\n"u8.ToArray();

    public static IEnumerable<ExpectedLine> Of(LogFile file)
    {
        if (file.RawBytes == 0 || file.Kind == LogKind.Binary || file.Script is { Lines.Count: 0 })
        {
            yield break;
        }

        if (file.Kind == LogKind.Repeated)
        {
            for (var number = 1L; number <= file.RawBytes / RepeatedLine.Length; number++)
            {
                yield return new ExpectedLine(number, 0, RepeatedLine.AsMemory(0, RepeatedLine.Length - 1));
            }

            yield break;
        }

        var lines = new LogLines(file, 0);
        var buffer = new LineBuffer(wantText: true);
        for (var number = 1L; lines.Next(buffer); number++)
        {
            var text = buffer.LineText.ToArray();
            buffer.Clear();
            var part = 0;
            for (var from = 0; from < text.Length || part == 0; part++)
            {
                var length = PartLength(text.AsSpan(from));
                yield return new ExpectedLine(number, part, text.AsMemory(from, length));
                from += length;
            }
        }
    }

    /// <summary>The longest prefix of at most 32 KiB that ends between two code points.</summary>
    private static int PartLength(ReadOnlySpan<byte> text)
    {
        if (text.Length <= PartBytes)
        {
            return text.Length;
        }

        var length = PartBytes;
        while ((text[length] & 0xC0) == 0x80)
        {
            length--;
        }

        return length;
    }
}
