using System.IO.Compression;
using System.Text;
using Granary.Core.Ports;
using Granary.Sources.Http;
using Granary.Sources.Tests.Decoding;

namespace Granary.Sources.Tests.Http;

/// <summary>JSON answers that would take much more memory than they have bytes.</summary>
public class JsonBombTests
{
    [Fact]
    public async Task A_small_answer_that_unfolds_without_end_is_refused_and_not_asked_for_again()
    {
        var bomb = DecodedLogTests.Pack(Numbers(60 << 20), target => new GZipStream(target, CompressionLevel.SmallestSize));
        bomb.Length.ShouldBeLessThan(400_000);

        var refusal = await RefusalAsync(bomb, gzip: true);

        refusal.Message.ShouldContain("unfolds to more than 200 times its size");
    }

    [Fact]
    public async Task An_answer_of_too_many_values_is_refused_whatever_it_unfolds_from() =>
        (await RefusalAsync(Numbers(9 << 20), gzip: false)).Message.ShouldContain("has more than 4194304 values");

    [Fact]
    public async Task An_answer_that_is_too_long_is_refused() =>
        (await RefusalAsync(Encoding.ASCII.GetBytes($"[\"{new string('x', 65 << 20)}\"]"), gzip: false)).Message.ShouldContain("is larger than");

    [Fact]
    public async Task A_large_manifest_of_a_real_kind_is_read()
    {
        var files = string.Join(",", Enumerable.Range(0, 100_000).Select(i => $$"""{"name":"screen-{{i}}.txt.gz","mimetype":"text/plain","encoding":null,"size":{{i}}}"""));
        await using var server = new ScriptedServer(_ =>
            new ScriptedAnswer(200, DecodedLogTests.Gzip(Encoding.UTF8.GetBytes($$"""{"tree":[{{files}}]}"""))).With("Content-Encoding", "gzip"));
        using var client = new SourceClient(Given.Zuul(server.Address), Given.Quick);

        var (document, _) = await new JsonReader(client).GetAsync(new(server.Address), CancellationToken.None);

        using (document)
        {
            document.RootElement.GetProperty("tree").GetArrayLength().ShouldBe(100_000);
        }
    }

    private static byte[] Numbers(int length)
    {
        var bytes = Encoding.ASCII.GetBytes(string.Create(length, 0, (text, _) =>
        {
            for (var i = 0; i < text.Length; i++)
            {
                text[i] = i % 2 == 0 ? ',' : '0';
            }
        }));
        (bytes[0], bytes[^1]) = ((byte)'[', (byte)']');
        return bytes;
    }

    private static async Task<CiException> RefusalAsync(byte[] body, bool gzip)
    {
        await using var server = new ScriptedServer(_ => gzip
            ? new ScriptedAnswer(200, body).With("Content-Encoding", "gzip") : new ScriptedAnswer(200, body));
        using var client = new SourceClient(Given.Zuul(server.Address), Given.Quick);
        var refusal = await Should.ThrowAsync<CiException>(() => new JsonReader(client).GetAsync(new(server.Address), CancellationToken.None));
        refusal.Refused.ShouldBeTrue();
        server.Requests.Count.ShouldBe(1);
        return refusal;
    }
}
