using System.Text;
using Granary.Core.Chunks;
using Granary.Core.Lines;
using Granary.Core.Model;
using Granary.Core.Ports;

namespace Granary.Core.Tests.Lines;

public sealed class LogChunkerTests
{
    [Theory]
    [InlineData("", new string[0])]
    [InlineData("\n", new[] { "" })]
    [InlineData("a\nb", new[] { "a", "b" })]
    [InlineData("a\n\nb\n", new[] { "a", "", "b" })]
    public void A_line_ends_at_LF_and_nothing_follows_the_last(string log, string[] entries) => Logs.Entries(log).ShouldBe(entries);

    [Fact]
    public void Other_line_separators_do_not_end_a_line() =>
        Logs.Entries("a\u0085b\u2028c\u2029d\ve\ff\n").ShouldBe(["a\u0085b\u2028c\u2029d\ve\ff"]);

    [Theory]
    [InlineData("a\r\nb\r\n", new[] { "a", "b" })]
    [InlineData("\r\n\r\n", new[] { "", "" })]
    [InlineData("a\r", new[] { "a" })]
    [InlineData("\r", new[] { "" })]
    [InlineData("1%\r2%\r100%\r\nx", new[] { "100%", "x" })]
    [InlineData("1%\r\r\u001b[K\r\n", new[] { "1%" })]
    [InlineData("\rlast\n", new[] { "last" })]
    public void Of_CR_segments_the_last_that_is_not_empty_stays(string log, string[] entries) => Logs.Entries(log).ShouldBe(entries);

    [Theory]
    [InlineData("\u001b[1;31mred\u001b[0m x")]
    [InlineData("\u001b[?25lred\u001b[38;2;1;2;3m x")]
    [InlineData("\u001b]0;a title\u0007red x")]
    [InlineData("\u001b]8;;http://x\u001b\\red\u001b]8;;\u001b\\ x")]
    [InlineData("\u001b_bk;t=1700000000\u0007red x")]
    [InlineData("\u001bPq#0\u001b\\red x")]
    [InlineData("\u001b(Bred\u001b=\u001b7 x")]
    [InlineData("\u001b\u001b[0mred x")]
    [InlineData("red x\u001b")]
    [InlineData("red x\u001b[12;")]
    [InlineData("red x\u001b]0;unended")]
    public void ANSI_sequences_are_removed(string line) => Logs.Entries(line + "\nnext").ShouldBe(["red x", "next"]);

    [Fact]
    public void A_sequence_is_left_at_a_byte_that_cannot_be_its_own() => Logs.Entries("a\u001b[1\u0001é\u001bé").ShouldBe(["a\u0001éé"]);

    [Fact]
    public void An_eight_bit_control_is_text() => Logs.Entries("a\u009b31m").ShouldBe(["a\u009b31m"]);

    [Fact]
    public void A_string_sequence_is_bounded() =>
        Logs.Entries("a\u001b]" + new string('t', 10_000)).ShouldBe(["a" + new string('t', 10_000 + 1 - 4096)]);

    [Theory]
    [InlineData("61FF62", "a\uFFFDb")]
    [InlineData("61E28262", "a\uFFFDb")]
    [InlineData("61F09F9862", "a\uFFFDb")]
    [InlineData("61EDA08062", "a\uFFFD\uFFFD\uFFFDb")]
    [InlineData("C080", "\uFFFD\uFFFD")]
    [InlineData("61E282", "a\uFFFD")]
    [InlineData("61E2820A62", "a\uFFFD|b")]
    [InlineData("61E2820D0A62", "a\uFFFD|b")]
    [InlineData("E21B5B6D82AC", "\uFFFD\uFFFD\uFFFD")]
    public void Invalid_UTF8_becomes_one_replacement_a_maximal_subpart(string hex, string text)
    {
        var log = Convert.FromHexString(hex);
        string.Join('|', Logs.Entries(log)).ShouldBe(text);
        string.Join('|', Logs.Entries(log, random: new Random(1))).ShouldBe(text);
    }

    [Theory]
    [InlineData("EFBBBF", "")]
    [InlineData("EFBBBF61", "a")]
    [InlineData("EFBBBFEFBBBF61", "\uFEFFa")]
    [InlineData("61EFBBBF", "a\uFEFF")]
    [InlineData("EFBB", "\uFFFD")]
    [InlineData("EF0A", "\uFFFD")]
    [InlineData("EFBBBF0A", "")]
    public void A_byte_order_mark_is_dropped_at_the_start_only(string hex, string text)
    {
        var log = Convert.FromHexString(hex);
        string.Join('|', Logs.Entries(log)).ShouldBe(text);
        string.Join('|', Logs.Read(log, random: new Random(1), longest: 2).SelectMany(chunk => chunk.Entries())).ShouldBe(text);
        Logs.Entries(log).Length.ShouldBe(hex == "EFBBBF" ? 0 : 1);
    }

    [Theory]
    [InlineData(32_768, 1)]
    [InlineData(32_769, 2)]
    [InlineData(65_536, 2)]
    [InlineData(65_537, 3)]
    [InlineData(1_000_000, 31)]
    public void A_long_line_is_continued_in_parts(int size, int parts)
    {
        var entries = Logs.Entries(new string('x', size) + "\nnext\n");
        entries.Length.ShouldBe(parts + 1);
        entries.Skip(1).Take(parts - 1).ShouldAllBe(entry => entry[0] == '+');
        entries[^1].ShouldBe("next");
    }

    [Fact]
    public void A_part_ends_where_a_code_point_does() =>
        Logs.Entries("x" + string.Concat(Enumerable.Repeat("語", 20_000))).Select(Encoding.UTF8.GetByteCount).ShouldBe([32_767 + 0, 27_235]);

    [Fact]
    public void A_segment_too_long_to_hold_stays_and_a_later_one_begins_a_part()
    {
        var kept = new string('k', 70_000);
        var entries = Logs.Entries("gone\r" + kept + "\rgone too\rend\r\nnext");
        entries.ShouldBe([kept[..32_768], "+" + kept[..32_768], "+" + kept[..4_464], "+end", "next"]);
    }

    [Fact]
    public void What_a_log_gives_does_not_depend_on_how_reads_split_it_and_is_what_the_rules_say()
    {
        var started = TimeProvider.System.GetTimestamp();
        for (var seed = 0; seed < 60 || TimeProvider.System.GetElapsedTime(started) < Logs.FuzzTime; seed++)
        {
            var random = new Random(seed);
            var log = NastyLog.Make(random);
            var expected = NaiveLines.Entries(log);
            var whole = Logs.Read(log);
            Logs.ShouldBeAlike(whole.SelectMany(chunk => chunk.Entries()), expected, $"seed {seed}");
            Logs.ShouldBeAlike(whole.Select(chunk => chunk.Text), NaiveLines.Chunks(expected), $"seed {seed}");
            whole.Sum(chunk => chunk.RawBytes).ShouldBe(log.AsSpan().SequenceEqual(Encoding.UTF8.Preamble) ? 0 : log.Length, $"seed {seed}");
            var split = Logs.Read(log, random: random, longest: random.Next(2, 3_000));
            Logs.ShouldBeAlike(split.Select(Content), whole.Select(Content), $"seed {seed}");
        }
    }

    private static string Content(ReadChunk chunk) => (chunk with { RawBytes = 0 }).ToString();

    [Fact]
    public void Reading_resumes_at_every_point_with_the_same_chunks()
    {
        var resumed = 0;
        for (var seed = 0; seed < 20; seed++)
        {
            var random = new Random(seed);
            var log = Enumerable.Range(0, 12).SelectMany(_ => NastyLog.Make(random)).ToArray();
            var whole = Logs.Read(log);
            var full = new LogChunker(Logs.Identity, new LineRules());
            Logs.ReadAll(full, new ChoppyStream(log));
            foreach (var point in whole.Select(chunk => chunk.Resume).OfType<Checkpoint>())
            {
                resumed++;
                var rest = whole.Skip(point.Ordinal).Select(Content).ToList();
                var chunker = new LogChunker(Logs.Identity, new LineRules());
                var again = Logs.ReadAll(chunker, new ChoppyStream(log[(int)point.Offset..], random), point.Offset, point);
                Logs.ShouldBeAlike(again.Select(Content), rest, $"seed {seed} at {point.Offset}");
                (chunker.Lines, chunker.Entries, chunker.Bytes, chunker.RawBytes, chunker.Chain)
                    .ShouldBe((full.Lines, full.Entries, full.Bytes, full.RawBytes, full.Chain));

                var skipped = Logs.Read(log, from: point);
                Logs.ShouldBeAlike(skipped.Select(Content), rest, $"seed {seed} skipping to {point.Ordinal}");
            }
        }

        resumed.ShouldBeGreaterThan(10);
    }

    [Fact]
    public void A_log_that_changed_before_the_checkpoint_is_found_out()
    {
        var log = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 40_000).Select(i => $"line {i} of the log\n")));
        var point = Logs.Read(log)[1].Resume.ShouldNotBeNull();
        log[17] = (byte)'#';
        Should.Throw<LogChangedException>(() => Logs.Read(log, from: point));
        Should.Throw<LogChangedException>(() => Logs.Read(log[..1000], from: point));
    }

    [Fact]
    public void Content_from_elsewhere_than_the_checkpoint_is_refused() =>
        Should.Throw<ArgumentException>(() => Logs.Read(new byte[10], offset: 3, from: new Checkpoint { Offset = 4, Ordinal = 1 }));

    [Fact]
    public void A_log_cut_short_gives_all_that_came_and_says_so()
    {
        var chunker = new LogChunker(Logs.Identity, new LineRules());
        var cut = new LogCutException(FileStatus.Truncated, "ended in mid-member");
        var chunks = Logs.ReadAll(chunker, new ChoppyStream("a\nhalf"u8.ToArray(), end: cut));
        chunks.ShouldHaveSingleItem().Text.ShouldBe("a\nhalf\n");
        chunks[0].Resume.ShouldBeNull();
        chunker.Cut.ShouldBe(cut);
        (chunker.Lines, chunker.Bytes, chunker.RawBytes).ShouldBe((2, 7, 6));
    }

    [Fact]
    public void A_transfer_that_fails_yields_nothing_more() =>
        Should.Throw<CiException>(() => Logs.ReadAll(
            new LogChunker(Logs.Identity, new LineRules()), new ChoppyStream("a\nhalf"u8.ToArray(), end: new CiException("reset"))));

    [Fact]
    public void Times_are_carried_and_parts_carry_the_time_of_their_line()
    {
        var chunk = Logs.Read(Encoding.UTF8.GetBytes("x\n1970-01-01T00:00:01Z a\ny\n1970-01-01T00:00:02Z " + new string('z', 40_000))).Single();
        chunk.Times.ShouldBe($"{Chunk.NoTime} 1000000000 1000000000 2000000000 2000000000");
        chunk.Carried.ShouldBe(Chunk.NoTime);
    }
}
