using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Granary.Core.Ports;
using Granary.Sources.Decoding;
using Granary.Sources.Http;
using Granary.Sources.Tests.Decoding;
using Granary.Sources.Zuul;

namespace Granary.Sources.Tests;

/// <summary>Damaged input of every format, with a fixed budget: it ends, and only in the ways that are promised.</summary>
public class FuzzTests
{
    private const int Rounds = 1500;

    [Fact]
    public async Task Damaged_compression_ends_in_a_cut_or_in_text()
    {
        var random = new Random(20);
        var text = Given.Lines(40);
        var packed = new (string Name, byte[] Bytes)[]
        {
            ("gzip", DecodedLogTests.Gzip(text)),
            ("gzip", DecodedLogTests.Gzip(DecodedLogTests.Gzip(text))),
            ("deflate", DecodedLogTests.Pack(text, target => new ZLibStream(target, CompressionLevel.Fastest))),
            ("br", DecodedLogTests.Pack(text, target => new BrotliStream(target, CompressionLevel.Fastest))),
            ("zstd", [0x28, 0xb5, 0x2f, 0xfd, .. text.AsSpan(0, 60)]),
        };
        for (var round = 0; round < Rounds; round++)
        {
            var (name, bytes) = packed[round % packed.Length];
            var damaged = Damage(random, bytes);
            var stream = new SlicedStream(damaged, random.Next(1, 3000));
            using var log = await DecodedLog.OpenAsync(
                stream, random.Next(2) == 0 ? [name] : [], new() { MaxBytes = 1 << 20 }, () => stream.At, CancellationToken.None);
            var (read, _) = await log.ReadToCutAsync();
            read.Length.ShouldBeLessThan(2 << 20);
        }
    }

    [Fact]
    public void Damaged_rows_and_manifests_are_read_or_refused()
    {
        var random = new Random(21);
        var row = Encoding.UTF8.GetBytes("""
            {"_id":7,"uuid":"u","job_name":"j","result":"OK","start_time":"2024-02-13T23:17:28","log_url":"https://l/","ref":{"project":"p",
            "change":1,"patchset":"2"},"artifacts":[{"url":"m","metadata":{"type":"zuul_manifest"}}],"buildset":{"uuid":"b"}}
            """);
        var manifest = Encoding.UTF8.GetBytes("""{"tree":[{"name":"a","children":[{"name":"b.txt","size":3}]},{"name":"c","mimetype":"text/plain"}]}""");
        var reader = new ZuulRowReader("ci", new ZuulAddress("https://z", "t"));
        var (parsed, listed) = (0, 0);
        for (var round = 0; round < 20 * Rounds; round++)
        {
            try
            {
                using var one = JsonText.Parse(Damage(random, row));
                parsed += one.RootElement.ValueKind == JsonValueKind.Object && reader.Read(one.RootElement).Build.Key.Id.Length > 0 ? 1 : 0;
                using var tree = JsonText.Parse(Damage(random, manifest));
                listed += ZuulManifest.Files(tree.RootElement, "https://l/", []).Count;
            }
            catch (Exception refused) when (refused is JsonException or CiException)
            {
                // Not JSON any more, or no manifest: what a caller expects.
            }
        }

        (parsed, listed).ShouldSatisfyAllConditions(counts => counts.parsed.ShouldBeGreaterThan(500), counts => counts.listed.ShouldBeGreaterThan(100));
    }

    private static byte[] Damage(Random random, byte[] bytes)
    {
        var damaged = bytes[..(random.Next(3) == 0 ? random.Next(bytes.Length) : bytes.Length)];
        for (var i = random.Next(1, 5); i > 0 && damaged.Length > 0; i--)
        {
            damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
        }

        return damaged;
    }
}
