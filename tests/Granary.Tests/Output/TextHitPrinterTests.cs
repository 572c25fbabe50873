using Granary.Core.Search;
using Granary.Output;

namespace Granary.Tests.Output;

public sealed class TextHitPrinterTests
{
    [Fact]
    public void In_a_pipe_each_line_names_its_log() =>
        Pipe(Printed.Hit(Printed.Line(7, "seven"))).ShouldBe("src/b1/f.log:7:seven\n");

    [Fact]
    public void A_part_of_a_long_line_shows_its_number() =>
        Pipe(Printed.Hit(Printed.Line(7, "rest", part: 2))).ShouldBe("src/b1/f.log:7.2:rest\n");

    [Fact]
    public void On_a_terminal_a_log_has_one_heading() =>
        Terminal(Printed.Hit(Printed.Line(1, "one")), Printed.Hit(Printed.Line(3, "three")), Printed.Hit(Printed.Line(1, "other"), "b2"))
            .ShouldBe(
                "src/b1/f.log  unit\nhttps://logs.example.org/f.log\n1:one\n3:three\n\n" +
                "src/b2/f.log  unit\nhttps://logs.example.org/f.log\n1:other\n");

    [Fact]
    public void A_hit_within_the_context_of_the_one_before_is_a_hit() =>
        Pipe(
            Printed.Hit(Printed.Line(2, "two")) with { Before = [Printed.Line(1, "one")], After = [Printed.Line(3, "three")] },
            Printed.Hit(Printed.Line(3, "three")) with { Before = [Printed.Line(2, "two")], After = [Printed.Line(4, "four")] })
        .ShouldBe("src/b1/f.log-1-one\nsrc/b1/f.log:2:two\nsrc/b1/f.log:3:three\nsrc/b1/f.log-4-four\n");

    [Fact]
    public void Contexts_that_do_not_touch_are_parted() =>
        Pipe(
            Printed.Hit(Printed.Line(2, "two")) with { After = [Printed.Line(3, "three")] },
            Printed.Hit(Printed.Line(9, "nine")) with { Before = [Printed.Line(8, "eight")] })
        .ShouldBe("src/b1/f.log:2:two\nsrc/b1/f.log-3-three\n--\nsrc/b1/f.log-8-eight\nsrc/b1/f.log:9:nine\n");

    [Fact]
    public void Matches_are_coloured() =>
        Printed.Text(output => Print(new(output, color: true, isTerminal: false), [Printed.Hit(Printed.Line(1, "a bad day"), "b1", new MatchSpan(2, 3))]))
            .ShouldBe("\e[35msrc/b1/f.log\e[0m:\e[32m1\e[0m:a \e[1;31mbad\e[0m day\n");

    [Fact]
    public void A_name_cannot_steer_the_terminal() =>
        Terminal(Printed.Hit(Printed.Line(1, "x"), "b\e[2J")).ShouldNotContain("\e");

    private static string Pipe(params LineHit[] hits) => Printed.Text(output => Print(new(output, color: false, isTerminal: false), hits));

    private static string Terminal(params LineHit[] hits) => Printed.Text(output => Print(new(output, color: false, isTerminal: true), hits));

    private static void Print(TextHitPrinter printer, LineHit[] hits)
    {
        foreach (var hit in hits)
        {
            printer.Hit(hit);
        }

        printer.End(new(hits.Length, true, TimeSpan.Zero));
    }
}
