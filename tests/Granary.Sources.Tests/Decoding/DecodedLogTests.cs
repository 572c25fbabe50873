using System.IO.Compression;
using System.Text;
using Granary.Core.Model;
using Granary.Sources.Decoding;

namespace Granary.Sources.Tests.Decoding;

public class DecodedLogTests
{
    private static readonly byte[] Text = Given.Lines(300);

    private static async Task<DecodedLog> OpenAsync(byte[] bytes, string[]? encodings = null, DecodingLimits? limits = null, int slice = 1000)
    {
        var stream = new SlicedStream(bytes, slice);
        return await DecodedLog.OpenAsync(stream, encodings ?? [], limits ?? new(), () => stream.At, CancellationToken.None);
    }

    public static byte[] Pack(byte[] bytes, Func<Stream, Stream> format)
    {
        var packed = new MemoryStream();
        using (var stream = format(packed))
        {
            stream.Write(bytes);
        }

        return packed.ToArray();
    }

    public static byte[] Gzip(byte[] bytes) => Pack(bytes, target => new GZipStream(target, CompressionLevel.Fastest));

    private static byte[] Zstd(byte[] bytes)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/zstd"), "zstd is not installed");
        using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("/usr/bin/zstd", "-c -q")
        {
            RedirectStandardInput = true, RedirectStandardOutput = true,
        })!;
        var packed = new MemoryStream();
        var reading = process.StandardOutput.BaseStream.CopyToAsync(packed);
        process.StandardInput.BaseStream.Write(bytes);
        process.StandardInput.Close();
        reading.Wait();
        process.WaitForExit();
        return packed.ToArray();
    }

    [Fact]
    public async Task A_plain_log_comes_as_it_is()
    {
        using var log = await OpenAsync(Text);
        (await log.ReadAllAsync()).ShouldBe(Text);
        log.Compressed.ShouldBeFalse();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100_000)]
    public async Task A_gzip_is_known_by_its_magic_number_however_it_is_sliced(int slice)
    {
        using var log = await OpenAsync(Gzip(Text), slice: slice);
        (await log.ReadAllAsync()).ShouldBe(Text);
        log.Compressed.ShouldBeTrue();
    }

    [Fact]
    public async Task Many_gzip_members_are_one_log()
    {
        using var log = await OpenAsync([.. Gzip(Text), .. Gzip([]), .. Gzip(Text), 0, 0, 0], slice: 5);
        (await log.ReadAllAsync()).ShouldBe([.. Text, .. Text]);
    }

    [Fact]
    public async Task What_follows_a_gzip_and_is_none_is_reported_after_its_content()
    {
        using var log = await OpenAsync([.. Gzip(Text), .. "garbage"u8]);
        var (bytes, cut) = await log.ReadToCutAsync();
        bytes.ShouldBe(Text);
        cut.ShouldNotBeNull().Status.ShouldBe(FileStatus.Truncated);
    }

    [Fact]
    public async Task A_gzip_served_as_gzip_may_be_single_or_double()
    {
        using var single = await OpenAsync(Gzip(Text), ["gzip"]);
        (await single.ReadAllAsync()).ShouldBe(Text);
        using var twice = await OpenAsync(Gzip(Gzip(Text)), ["gzip"]);
        (await twice.ReadAllAsync()).ShouldBe(Text);
    }

    [Fact]
    public async Task A_wrong_gzip_header_on_plain_text_does_no_harm()
    {
        using var log = await OpenAsync(Text, ["gzip"]);
        (await log.ReadAllAsync()).ShouldBe(Text);
    }

    [Fact]
    public async Task Deflate_is_taken_with_and_without_its_zlib_header()
    {
        using var zlib = await OpenAsync(Pack(Text, target => new ZLibStream(target, CompressionLevel.Optimal)), ["deflate"]);
        (await zlib.ReadAllAsync()).ShouldBe(Text);
        using var raw = await OpenAsync(Pack(Text, target => new DeflateStream(target, CompressionLevel.Optimal)), ["deflate"]);
        (await raw.ReadAllAsync()).ShouldBe(Text);
    }

    [Fact]
    public async Task Brotli_is_decoded_by_its_header()
    {
        using var log = await OpenAsync(Pack(Text, target => new BrotliStream(target, CompressionLevel.Fastest)), ["br"]);
        (await log.ReadAllAsync()).ShouldBe(Text);
    }

    [Fact]
    public async Task Zstd_is_decoded_by_header_and_by_magic_number()
    {
        var packed = Zstd(Text);
        using var named = await OpenAsync(packed, ["zstd"], slice: 3);
        (await named.ReadAllAsync()).ShouldBe(Text);
        using var stored = await OpenAsync([.. packed, .. packed]);
        (await stored.ReadAllAsync()).ShouldBe([.. Text, .. Text]);
    }

    [Fact]
    public async Task A_gzip_cut_at_any_byte_gives_a_prefix_and_says_so()
    {
        var text = Given.Lines(12);
        var packed = Gzip(text);
        for (var length = 1; length < packed.Length; length++)
        {
            using var log = await OpenAsync(packed[..length]);
            var (bytes, cut) = await log.ReadToCutAsync();
            cut.ShouldNotBeNull($"cut at {length}").Status.ShouldBe(FileStatus.Truncated);
            text.AsSpan().StartsWith(bytes).ShouldBeTrue();
        }
    }

    [Fact]
    public async Task Brotli_and_zstd_cut_at_any_byte_give_a_prefix_and_say_so()
    {
        var text = Given.Lines(12);
        foreach (var (name, packed) in new[] { ("br", Pack(text, target => new BrotliStream(target, CompressionLevel.Fastest))), ("zstd", Zstd(text)) })
        {
            for (var length = 4; length < packed.Length; length++)
            {
                using var log = await OpenAsync(packed[..length], [name]);
                var (bytes, cut) = await log.ReadToCutAsync();
                cut.ShouldNotBeNull($"{name} cut at {length}").Status.ShouldBe(FileStatus.Truncated);
                text.AsSpan().StartsWith(bytes).ShouldBeTrue();
            }
        }
    }

    [Fact]
    public async Task A_long_gzip_cut_short_gives_nearly_all_that_was_there()
    {
        var packed = Gzip(Given.Lines(50_000));
        using var log = await OpenAsync(packed[..^9], slice: 64 << 10);
        var (bytes, cut) = await log.ReadToCutAsync();
        bytes.Length.ShouldBeGreaterThan(Given.Lines(50_000).Length - 4096);
        cut.ShouldNotBeNull();
    }

    [Fact]
    public async Task A_flipped_bit_never_passes_for_the_whole_log()
    {
        var text = Given.Lines(12);
        var packed = Gzip(text);
        for (var i = 10 * 8; i < packed.Length * 8; i += 3)
        {
            var damaged = packed.ToArray();
            damaged[i / 8] ^= (byte)(1 << (i % 8));
            using var log = await OpenAsync(damaged);
            var (bytes, cut) = await log.ReadToCutAsync();
            (cut is not null || bytes.AsSpan().SequenceEqual(text)).ShouldBeTrue($"bit {i}");
        }
    }

    [Fact]
    public async Task A_bomb_is_refused_soon_after_the_bound()
    {
        var limits = new DecodingLimits { MaxRatio = 100, RatioFrom = 1 << 20 };
        using var log = await OpenAsync(Gzip([.. Enumerable.Repeat((byte)'a', 20 << 20)]), limits: limits);
        var (bytes, cut) = await log.ReadToCutAsync();
        cut.ShouldNotBeNull().Status.ShouldBe(FileStatus.Refused);
        bytes.Length.ShouldBeInRange(1 << 20, 14 << 20);
    }

    [Fact]
    public async Task A_log_longer_than_the_bound_is_refused()
    {
        using var log = await OpenAsync(Text, limits: new() { MaxBytes = 5000 });
        var (_, cut) = await log.ReadToCutAsync();
        cut.ShouldNotBeNull().Status.ShouldBe(FileStatus.Refused);
    }

    [Fact]
    public async Task An_empty_body_is_an_empty_log_whatever_its_encoding()
    {
        foreach (var encoding in new[] { "gzip", "br", "deflate", "zstd", "identity" })
        {
            using var log = await OpenAsync([], [encoding]);
            (await log.ReadAllAsync()).ShouldBeEmpty();
        }
    }

    [Theory]
    [InlineData(new byte[] { 0xff, 0xfe, (byte)'a', 0 })]
    [InlineData(new byte[] { 0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1, 0 })]
    [InlineData(new byte[] { 1, 0, 0, 0, 0, 7, 0, 0, 0, 0 })]
    public async Task What_is_not_text_is_skipped_before_its_first_byte(byte[] bytes)
    {
        foreach (var body in new[] { bytes, Gzip(bytes) })
        {
            using var log = await OpenAsync(body);
            var (read, cut) = await log.ReadToCutAsync();
            read.ShouldBeEmpty();
            cut.ShouldNotBeNull().Status.ShouldBe(FileStatus.Skipped);
        }
    }

    [Fact]
    public async Task A_log_with_a_stray_nul_and_bad_utf8_is_text()
    {
        byte[] text = [.. Encoding.UTF8.GetBytes("building…\n"), 0, 0xfe, 0x80, .. Text];
        using var log = await OpenAsync(text);
        (await log.ReadAllAsync()).ShouldBe(text);
    }

    [Fact]
    public async Task An_unknown_encoding_is_refused_by_name()
    {
        using var log = await OpenAsync(Text, ["lzma"]);
        var (_, cut) = await log.ReadToCutAsync();
        cut.ShouldNotBeNull().Message.ShouldContain("lzma");
    }
}
