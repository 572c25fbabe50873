using System.Text;
using Granary.Core.Chunks;
using Granary.Core.Model;
using Granary.Core.Queries;
using Granary.Core.Search;
using Granary.Core.Tests.Text;

namespace Granary.Core.Tests.Queries;

public class LineMatcherTests
{
    private static readonly Build AnyBuild = new() { Key = new BuildKey("zuul", "b1"), Job = "unit-tests", Result = "FAILURE", Finished = true };

    [Theory]
    [InlineData("kelvin", "10 \u212Aelvin", true)]
    [InlineData("istanbul", "\u0130STANBUL", true)]
    [InlineData("error", "errors", false)]
    [InlineData("\"a a\"", "a-a", true)]
    [InlineData("\"no space left\"", "No space, left!", true)]
    [InlineData("\"no left\"", "no space left", false)]
    [InlineData("é", "e\u0301", false)]
    [InlineData("err*", "stderr", false)]
    [InlineData("err*", "an Errors", true)]
    [InlineData("*err", "stderr", true)]
    [InlineData("*err", "errors", false)]
    [InlineData("*a*", "bab", true)]
    [InlineData("/tmp/*", "x/tmp/y", true)]
    [InlineData("==>", "a==>b", true)]
    [InlineData("foo*bar", "foo 1 xbar bar", true)]
    [InlineData("foo*bar", "foo barx", false)]
    [InlineData("-a", "b", true)]
    public void A_line_answers_or_not(string query, string line, bool expected) =>
        LineMatcher.Compile(Trees.Parse(query)).Matches(Encoding.UTF8.GetBytes(line), Chunk.NoTime, null, Severity.None).ShouldBe(expected);

    [Fact]
    public void Random_lines_and_queries_are_decided_as_by_a_naive_reading()
    {
        var random = new Random(21);
        var hits = 0;
        for (var round = 0; round < 4_000; round++)
        {
            var query = Trees.Random(random, 3, onlyLines: true);
            var matcher = LineMatcher.Compile(query);
            for (var count = 0; count < 6; count++)
            {
                var line = RandomText.Line(random);
                var (time, severity) = (random.Next(3) == 0 ? Chunk.NoTime : random.NextInt64(100), (Severity)random.Next(8));
                long? finish = random.Next(2) == 0 ? null : random.NextInt64(100);
                var expected = NaiveMatcher.Matches(query, line, time == Chunk.NoTime ? finish : time, severity);

                matcher.Matches(Encoding.UTF8.GetBytes(line), time, finish, severity).ShouldBe(expected, $"{QueryText.Of(query)} on {line}");
                hits += expected ? 1 : 0;
            }
        }

        hits.ShouldBeInRange(4_000, 20_000);
    }

    [Fact]
    public void Scanning_a_text_never_leaves_out_a_line_that_matches()
    {
        var random = new Random(22);
        var (scanned, left) = (0, 0);
        for (var round = 0; round < 3_000; round++)
        {
            var matcher = LineMatcher.Compile(Trees.Random(random, 2, onlyLines: true));
            var lines = Enumerable.Range(0, random.Next(1, 30)).Select(_ => Encoding.UTF8.GetBytes(RandomText.Line(random))).ToList();
            byte[] text = [.. lines.SelectMany(line => line.Append((byte)'\n'))];
            var expected = lines.Select(line => matcher.Matches(line, 5, null, Severity.Error)).ToList();

            var visited = Visited(matcher, text, lines);

            Enumerable.Range(0, lines.Count).Where(index => expected[index] && !visited.Contains(index)).ShouldBeEmpty();
            scanned += matcher.CanScan ? lines.Count : 0;
            left += lines.Count - visited.Count;
        }

        left.ShouldBeGreaterThan(scanned / 4);
    }

    [Fact]
    public void A_text_of_the_size_of_a_block_is_scanned_to_its_last_line()
    {
        var filler = string.Concat(Enumerable.Repeat("2026-11-01 12:00:00 | node-1 | TASK [install packages] ok\n", 4_000));
        foreach (var word in new[] { "needle", "kiik", "Ошибка", "中文", "a_very_long_identifier_of_more_than_thirty_two_bytes" })
        {
            var matcher = LineMatcher.Compile(Trees.Parse(word));
            var text = Encoding.UTF8.GetBytes(filler + "x " + word.ToUpperInvariant());
            var at = text.Length - Encoding.UTF8.GetByteCount(word.ToUpperInvariant());

            matcher.Scan(text).Next(0).ShouldBeGreaterThanOrEqualTo(at);
        }
    }

    [Theory]
    [InlineData("error", "an ERROR, no errors, error", "ERROR|error")]
    [InlineData("\"b c\" a", "a: b-c b c", "a|b-c|b c")]
    [InlineData("kilo \u0130", "\u0130 \u212AILO ki", "\u0130|\u212AILO")]
    [InlineData("*ab*", "abab xab", "ab|ab|ab")]
    [InlineData("*abc* *bcd*", "abcd", "abcd")]
    [InlineData("a -b (c OR NOT (d -e))", "a b c d e", "a|c|e")]
    [InlineData("fo*ar", "foo bar foo bar", "foo bar|foo bar")]
    [InlineData("*", "a", "")]
    [InlineData("ⱥ", "Ⱥ\u0301 Ⱥ Ⱥ", "Ⱥ|Ⱥ")]
    public void Spans_mark_what_the_terms_match(string query, string line, string expected)
    {
        var utf8 = Encoding.UTF8.GetBytes(line);
        var spans = new List<MatchSpan>();
        LineMatcher.Compile(Trees.Parse(query)).GetSpans(utf8, spans);

        string.Join('|', spans.Select(span => Encoding.UTF8.GetString(utf8, span.Start, span.Length))).ShouldBe(expected);
    }

    [Fact]
    public void Spans_of_a_word_are_its_tokens_in_the_line()
    {
        var random = new Random(24);
        for (var round = 0; round < 5_000; round++)
        {
            var line = RandomText.Line(random);
            var words = NaiveMatcher.Tokens(line);
            if (words.Count == 0)
            {
                continue;
            }

            var word = words[random.Next(words.Count)];
            var utf8 = Encoding.UTF8.GetBytes(line);
            var spans = new List<MatchSpan> { new(7, 7) };
            LineMatcher.Compile(new PhraseNode([word])).GetSpans(utf8, spans);

            spans[0].ShouldBe(new MatchSpan(7, 7));
            spans.Skip(1).Select(span => string.Concat(NaiveMatcher.Fold(Encoding.UTF8.GetString(utf8, span.Start, span.Length))))
                .ShouldBe(words.Where(other => other == word), line);
        }
    }

    [Fact]
    public void Long_lines_are_decided_whole()
    {
        var line = Encoding.UTF8.GetBytes("start " + new string('Ш', 300_000) + " end");

        LineMatcher.Compile(Trees.Parse("start end*")).Matches(line, Chunk.NoTime, null, Severity.None).ShouldBeTrue();
        LineMatcher.Compile(new PhraseNode([new string('ш', 300_000)])).Matches(line, Chunk.NoTime, null, Severity.None).ShouldBeTrue();
        LineMatcher.Compile(new PhraseNode([new string('ш', 299_999)])).Matches(line, Chunk.NoTime, null, Severity.None).ShouldBeFalse();
    }

    [Theory]
    [InlineData("error", BuildVerdict.SomeLines)]
    [InlineData("*", BuildVerdict.EveryLine)]
    [InlineData("job:unit*", BuildVerdict.EveryLine)]
    [InlineData("job:unit", BuildVerdict.NoLine)]
    [InlineData("job:unit error", BuildVerdict.NoLine)]
    [InlineData("job:unit OR error", BuildVerdict.SomeLines)]
    [InlineData("job:unit* OR error", BuildVerdict.EveryLine)]
    [InlineData("-result:failure", BuildVerdict.NoLine)]
    [InlineData("-project:x", BuildVerdict.EveryLine)]
    [InlineData("file:a/*.txt source:ZUUL build:b1 attempt:1", BuildVerdict.EveryLine)]
    [InlineData("label.os:linux", BuildVerdict.NoLine)]
    [InlineData("since:1d job:*", BuildVerdict.SomeLines)]
    public void Fields_are_settled_for_a_log(string query, BuildVerdict expected) =>
        LineMatcher.Compile(Trees.Parse(query)).DecideBuild(AnyBuild, "a/job.txt").Verdict.ShouldBe(expected);

    [Fact]
    public void What_is_left_of_a_query_decides_and_marks_lines_of_that_log_alone()
    {
        var matcher = LineMatcher.Compile(Trees.Parse("(job:unit-tests a) OR (job:other b) OR c"));
        var mine = matcher.DecideBuild(AnyBuild, "f").Lines;
        var other = matcher.DecideBuild(AnyBuild with { Job = "other" }, "f").Lines;
        var spans = new List<MatchSpan>();
        mine.GetSpans("b a c"u8, spans);

        mine.Matches("a"u8, 0, null, Severity.None).ShouldBeTrue();
        other.Matches("a"u8, 0, null, Severity.None).ShouldBeFalse();
        other.Matches("b"u8, 0, null, Severity.None).ShouldBeTrue();
        spans.ShouldBe([new MatchSpan(2, 1), new MatchSpan(4, 1)]);
        matcher.DecideBuild(AnyBuild, "g").Lines.ShouldBeSameAs(mine);
        Should.Throw<InvalidOperationException>(() => matcher.Matches("a"u8, 0, null, Severity.None));
    }

    [Fact]
    public void Many_fields_are_settled_as_few_are()
    {
        var query = string.Join(" OR ", Enumerable.Range(0, 100).Select(index => $"(job:j{index} w{index})"));
        var left = LineMatcher.Compile(Trees.Parse(query)).DecideBuild(AnyBuild with { Job = "j77" }, "f").Lines;

        left.Matches("w77"u8, 0, null, Severity.None).ShouldBeTrue();
        left.Matches("w76"u8, 0, null, Severity.None).ShouldBeFalse();
    }

    [Fact]
    public void Regular_expressions_are_not_yet_supported() =>
        Should.Throw<QueryNotSupportedException>(() => LineMatcher.Compile(Trees.Parse("a /b/"))).Message.ShouldContain("not yet supported");

    [Fact]
    public void Deciding_a_line_allocates_nothing()
    {
        var matcher = LineMatcher.Compile(Trees.Parse("(error OR \"no space\" OR *tmp*x) -flaky severity>=error since:1d"));
        var line = Encoding.UTF8.GetBytes("2026-11-21 09:00:00 node Ⱥ: no such error on the naïve device /tmp/y");
        matcher.Matches(line, long.MaxValue - 1, null, Severity.Error).ShouldBeTrue();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < 1_000; round++)
        {
            matcher.Matches(line, long.MaxValue - 1, null, Severity.Error);
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    private static HashSet<int> Visited(LineMatcher matcher, byte[] text, List<byte[]> lines)
    {
        var visited = new HashSet<int>();
        var scanner = matcher.Scan(text);
        var (line, start) = (0, 0);
        for (var at = scanner.Next(0); at >= 0; at = scanner.Next(start))
        {
            while (at > start + lines[line].Length)
            {
                start += lines[line++].Length + 1;
            }

            visited.Add(line);
            start += lines[line++].Length + 1;
        }

        return visited;
    }
}
