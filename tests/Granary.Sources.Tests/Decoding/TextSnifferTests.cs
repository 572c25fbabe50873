using System.IO.Compression;
using System.Text;
using Granary.Sources.Decoding;

namespace Granary.Sources.Tests.Decoding;

public class TextSnifferTests
{
    [Fact]
    public void Random_bytes_are_no_text_whatever_their_number()
    {
        var random = new Random(1);
        foreach (var length in Enumerable.Range(0, 2000).Select(_ => random.Next(256, PeekStream.MaxPeek)))
        {
            var bytes = new byte[length];
            random.NextBytes(bytes);
            TextSniffer.WhyNotText(bytes).ShouldBe("not text: binary data", $"{length} bytes");
        }
    }

    [Fact]
    public void Compressed_bytes_without_a_magic_number_are_no_text() =>
        TextSniffer.WhyNotText(DecodedLogTests.Pack(Given.Lines(200), target => new BrotliStream(target, CompressionLevel.Optimal)))
            .ShouldBe("not text: binary data");

    [Theory]
    [InlineData("iso-8859-1", "Prüfung läuft: übertragen, geprüft, Größe überschritten\n")]
    [InlineData("utf-8", "Сборка завершена: 検査に失敗しました ✓\n")]
    [InlineData("utf-8", "8=FIX.4.2\u00019=65\u000135=A\u000149=SERVER\u000156=CLIENT\u0001\n")]
    [InlineData("utf-8", "\u001b[31mred\u001b[0m 10%\r 20%\r 100%\r\n\a\b\b\f\v\t.\n")]
    public void Text_of_old_encodings_and_of_terminals_is_text(string encoding, string line)
    {
        var bytes = Encoding.GetEncoding(encoding).GetBytes(string.Concat(Enumerable.Repeat(line, 100)));
        TextSniffer.WhyNotText(bytes).ShouldBeNull();
    }

    [Fact]
    public void Shift_JIS_is_text()
    {
        // "テスト失敗: 12" in Shift-JIS; .NET brings no such encoding by itself.
        byte[] line = [0x83, 0x65, 0x83, 0x58, 0x83, 0x67, 0x8e, 0xb8, 0x94, 0x73, .. ": 12\n"u8];
        TextSniffer.WhyNotText([.. Enumerable.Repeat(line, 300).SelectMany(bytes => bytes)]).ShouldBeNull();
    }

    [Fact]
    public void Logs_with_some_invalid_bytes_are_text()
    {
        var random = new Random(2);
        for (var round = 0; round < 200; round++)
        {
            var bytes = Given.Lines(200, round);
            for (var i = 0; i < bytes.Length / 50; i++)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            TextSniffer.WhyNotText(bytes.AsSpan(0, PeekStream.MaxPeek)).ShouldBeNull();
        }
    }

    [Fact]
    public async Task Every_part_of_every_real_log_is_text()
    {
        var corpus = Environment.GetEnvironmentVariable("GRANARY_CORPUS");
        Assert.SkipUnless(Directory.Exists(corpus), "GRANARY_CORPUS names no folder");
        var head = new byte[PeekStream.MaxPeek];
        foreach (var path in Directory.EnumerateFiles(corpus, "*.gz"))
        {
            await using var log = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
            for (var part = 0; part < 1000 && await log.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false) is > 0 and var read; part++)
            {
                TextSniffer.WhyNotText(head.AsSpan(0, read)).ShouldBeNull($"part {part} of {Path.GetFileName(path)}");
            }
        }
    }
}
