using System.Text;
using Granary.Composition;
using Granary.Core.Lines;
using Granary.Core.Masking;
using Granary.Core.Model;
using Granary.Tests.Program;

namespace Granary.Tests.Composition;

public sealed class SourceMaskersTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task After_a_rotation_of_the_token_both_tokens_are_masked()
    {
        var maskers = new SourceMaskers();
        var source = Source(folder.Write("token", "violets-are-blue\n"));
        (await MaskedAsync(maskers.Of(source))).ShouldBe("******** roses-are-red");

        folder.Write("token", "roses-are-red\n");

        (await MaskedAsync(maskers.Of(source))).ShouldBe("******** ********");
    }

    [Theory]
    [InlineData("")]
    [InlineData("two\nlines")]
    public async Task A_token_file_that_breaks_leaves_the_tokens_that_were_known(string broken)
    {
        var maskers = new SourceMaskers();
        var source = Source(folder.Write("token", "violets-are-blue"));
        maskers.Of(source);

        folder.Write("token", broken);

        (await MaskedAsync(maskers.Of(source))).ShouldBe("******** roses-are-red");
    }

    [Fact]
    public void The_masking_stays_the_same_object_while_the_token_does()
    {
        var maskers = new SourceMaskers();
        var source = Source(folder.Write("token", "violets-are-blue"));

        maskers.Of(source).ShouldBeSameAs(maskers.Of(source));
    }

    private static SourceDefinition Source(string tokenFile) =>
        new() { Id = "s", Name = "s", Kind = "zuul", Address = "http://x/", TokenFile = tokenFile };

    private static async Task<string> MaskedAsync(Masker masker)
    {
        var build = new Build { Key = new("s", "b"), Job = "j", Finished = true };
        var chunker = new LogChunker(new(build, "f", "u", 1, new(2026, 1, 1)), new LineRules { Masker = masker });
        using var log = new MemoryStream(Encoding.UTF8.GetBytes("violets-are-blue roses-are-red\n"));
        var text = new StringBuilder();
        await foreach (var chunk in chunker.ReadAsync(log, 0, null, CancellationToken.None))
        {
            using (chunk)
            {
                text.Append(Encoding.UTF8.GetString(chunk.Text.Span));
            }
        }

        return text.ToString().TrimEnd('\n');
    }
}
