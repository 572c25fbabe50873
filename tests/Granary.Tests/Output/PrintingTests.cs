using System.Text;
using System.Text.Json;
using Granary.Core.Search;
using Granary.Output;

namespace Granary.Tests.Output;

public sealed class PrintingTests
{
    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(999, "999 B")]
    [InlineData(1000, "1.0 kB")]
    [InlineData(1_550_000, "1.6 MB")]
    [InlineData(long.MaxValue, "9223.4 PB")]
    public void A_size_has_a_unit_that_suits_it(long bytes, string text) => Sizes.Of(bytes).ShouldBe(text);

    [Theory]
    [InlineData(-5, "0 s")]
    [InlineData(1.26, "1.3 s")]
    [InlineData(59, "59 s")]
    [InlineData(600, "10 min")]
    [InlineData(36_000, "10 h")]
    [InlineData(864_000, "10 d")]
    public void A_span_has_a_unit_that_suits_it(double seconds, string text) =>
        Durations.Of(TimeSpan.FromSeconds(seconds)).ShouldBe(text);

    [Theory]
    [InlineData(0, "1970-01-01T00:00:00Z")]
    [InlineData(1, "1970-01-01T00:00:00.000000001Z")]
    [InlineData(1_500_000_000, "1970-01-01T00:00:01.5Z")]
    [InlineData(-1, "1969-12-31T23:59:59.999999999Z")]
    public void An_instant_keeps_its_nanoseconds(long nanoseconds, string text) => Instants.Of(nanoseconds).ShouldBe(text);

    [Theory]
    [InlineData(0, "0 builds")]
    [InlineData(1, "1 build")]
    [InlineData(12_000, "12,000 builds")]
    public void One_thing_is_not_many(long number, string text) => Counts.Of(number, "build").ShouldBe(text);

    [Theory]
    [InlineData(1, "      1 line ")]
    [InlineData(12_000, " 12,000 lines")]
    public void A_column_of_counts_keeps_its_width(long number, string text) => Counts.Column(number, 7, "line").ShouldBe(text);

    [Fact]
    public void A_message_on_a_terminal_has_no_control_characters() => TerminalText.Plain("a\e[2J\tb\n").ShouldBe("a\uFFFD[2J\tb\uFFFD");

    [Theory]
    [InlineData("plain\ttext é", "plain\ttext é")]
    [InlineData("a\e[2Jb\u0007", "a\uFFFD[2Jb\uFFFD")]
    [InlineData("c1 \u009b31m ¢ \u007f", "c1 \uFFFD31m ¢ \uFFFD")]
    public void Control_characters_do_not_reach_a_terminal(string text, string shown) =>
        Printed.Text(output => TerminalText.Write(output, Encoding.UTF8.GetBytes(text), isTerminal: true)).ShouldBe(shown);

    [Fact]
    public void A_pipe_gets_the_bytes_as_they_are() =>
        Printed.Text(output => TerminalText.Write(output, "a\e[2Jb"u8, isTerminal: false)).ShouldBe("a\e[2Jb");

    [Fact]
    public void A_hit_as_json_has_its_context_and_the_byte_offsets_of_its_matches()
    {
        var hit = Printed.Hit(Printed.Line(5, "é bad"), "b1", new MatchSpan(3, 3)) with { Before = [Printed.Line(4, "four")] };
        var json = JsonDocument.Parse(Printed.Text(output => new JsonHitPrinter(output).Hit(hit))).RootElement;

        json.GetProperty("matches")[0].EnumerateArray().Select(end => end.GetInt32()).ShouldBe([3, 6]);
        json.GetProperty("before")[0].GetProperty("text").GetString().ShouldBe("four");
        json.GetProperty("time").ValueKind.ShouldBe(JsonValueKind.Null);
        json.TryGetProperty("after", out _).ShouldBeFalse();
    }

    [Fact]
    public void The_longest_bar_of_a_histogram_belongs_to_the_most_hits()
    {
        var start = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var hour = TimeSpan.FromHours(1);
        var histogram = new Histogram([new(start, hour, 1), new(start + hour, hour, 100)], 101, true);

        var bars = Printed.Text(output => HistogramPrinter.Write(output, histogram, TimeSpan.Zero, isJson: false))
            .Split('\n').Select(line => line.Count(c => c == '█')).ToList();

        bars[..2].ShouldBe([1, 50]);
    }

    [Fact]
    public void Columns_are_as_wide_as_their_widest_cell()
    {
        var text = new StringWriter();
        Columns.Write(text, ["A", "B"], [["long one", "x"], ["y", "z"]]);

        text.ToString().ReplaceLineEndings("\n").ShouldBe("A         B\nlong one  x\ny         z\n");
    }
}
