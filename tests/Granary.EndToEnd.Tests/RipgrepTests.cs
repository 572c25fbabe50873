using System.Diagnostics;
using System.Globalization;
using Granary.Core.Queries;
using Granary.Core.Search;

namespace Granary.EndToEnd.Tests;

/// <summary>Granary finds the lines that ripgrep finds, on real logs, query by query.</summary>
public sealed class RipgrepTests(CorpusFixture corpus) : IClassFixture<CorpusFixture>
{
    private const string Gap = @"[^\p{L}\p{M}\p{Nd}_]+";

    /// <summary>A query, and what ripgrep is asked for: without case; with <c>-w</c> where it is true.</summary>
    public static TheoryData<string, string, bool> Queries => new()
    {
        { "error", "error", true },
        { "ERROR", "error", true },
        { "leaked", "leaked", true },
        { "assertion", "assertion", true },
        { "undefined", "undefined", true },
        { "timeout", "timeout", true },
        { "1", "1", true },
        { "0x7fff38a2c000", "0x7fff38a2c000", true },
        { "MOZ_CRASHREPORTER_NO_REPORT", "MOZ_CRASHREPORTER_NO_REPORT", true },
        { "_emit", "_emit", true },
        { "nosuchwordanywhere", "nosuchwordanywhere", true },
        { "\"no such file\"", $"no{Gap}such{Gap}file", true },
        { "\"test unexpected fail\"", $"test{Gap}unexpected{Gap}fail", true },
        { "TEST-UNEXPECTED-FAIL", $"test{Gap}unexpected{Gap}fail", true },
        { "\"application crashed\"", $"application{Gap}crashed", true },
        { "--suite=crashtest", $"suite{Gap}crashtest", true },
        { "\"Download failed, retrying in\"", $"download{Gap}failed{Gap}retrying{Gap}in", true },
        { "2025-02-14", $"2025{Gap}02{Gap}14", true },
        { "\"mozharness args\"", $"mozharness{Gap}args", true },
        { "*crash*", "crash", false },
        { "*egmentatio*", "egmentatio", false },
        { "*/checkouts/gecko/*", "/checkouts/gecko/", false },
        { "*DHAVE_*", "DHAVE_", false },
        { "*libxul.so*", @"libxul\.so", false },
        { "*INFO*TEST-PASS*", "INFO.*TEST-PASS", false },
        { "*TEST-START*", "TEST-START", false },
        { "mochi*", @"(^|[^\p{L}\p{M}\p{Nd}_])mochi", false },
        { "*test", @"test($|[^\p{L}\p{M}\p{Nd}_])", false },
        { "*━━*", "━━", false },
        { "*[task*", @"\[task", false },
        { "*::*", "::", false },
        { "*", "", false },
        { "error timeout", @"(\berror\b.*\btimeout\b|\btimeout\b.*\berror\b)", false },
        { "leaked OR assertion", @"\b(leaked|assertion)\b", false },
    };

    [Theory]
    [MemberData(nameof(Queries))]
    public async Task Both_find_the_same_lines(string query, string pattern, bool word)
    {
        Assert.SkipWhen(corpus.Missing is not null, corpus.Missing ?? "");

        var expected = Ripgrep(pattern, word);
        var found = await SearchAsync(query);

        (query == "nosuchwordanywhere").ShouldBe(expected.Count == 0, "a query must find something, or it shows nothing");
        found.Except(expected).Take(5).ShouldBeEmpty("Granary alone finds these");
        expected.Except(found).Take(5).ShouldBeEmpty("ripgrep alone finds these");
        if (query == "*")
        {
            var lines = Directory.EnumerateFiles(corpus.Normalised).Sum(file => File.ReadLines(file).LongCount());
            found.Count.ShouldBe((int)lines);
        }
    }

    private async Task<HashSet<(string File, long Line)>> SearchAsync(string query)
    {
        var found = new HashSet<(string, long)>();
        var request = new SearchRequest { Query = QueryParser.Parse(query, DateTimeOffset.UtcNow), Limit = 0 };
        await foreach (var one in corpus.Index!.SearchAsync(request, CancellationToken.None))
        {
            one.ShouldNotBeOfType<IndexDamage>();
            if (one is LineHit hit)
            {
                found.Add((hit.Line.File, hit.Line.Number));
            }
        }

        return found;
    }

    private HashSet<(string File, long Line)> Ripgrep(string pattern, bool word)
    {
        string[] manner = ["-a", "-i", "-n", "--no-heading", "--with-filename", "--null", "--no-ignore", "--color=never"];
        string[] arguments = [.. manner, .. word ? ["-w"] : Array.Empty<string>(), "-e", pattern, "."];
        using var process = Process.Start(new ProcessStartInfo("rg", arguments)
        {
            WorkingDirectory = corpus.Normalised,
            RedirectStandardOutput = true,
        })!;
        var found = new HashSet<(string, long)>();
        while (process.StandardOutput.ReadLine() is { } line)
        {
            // ReadLine ends lines at CR as well, but a normalised line has none.
            var nul = line.IndexOf('\0', StringComparison.Ordinal);
            var colon = line.IndexOf(':', nul + 1);
            found.Add((line[2..nul], long.Parse(line.AsSpan(nul + 1, colon - nul - 1), CultureInfo.InvariantCulture)));
        }

        process.WaitForExit();
        process.ExitCode.ShouldBeOneOf(0, 1);
        return found;
    }
}
