using Granary.Composition;

namespace Granary.Tests.Composition;

public sealed class SettingsTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 6, 7, 8, 9, TimeSpan.Zero);

    [Theory]
    [InlineData("0", 0)]
    [InlineData("1500", 1500)]
    [InlineData("7B", 7)]
    [InlineData("2k", 2000)]
    [InlineData("200MB", 200_000_000)]
    [InlineData("1.5 GB", 1_500_000_000)]
    [InlineData("1gib", 1L << 30)]
    [InlineData("3TiB", 3L << 40)]
    public void A_size_is_read_in_its_unit(string text, long bytes) => Settings.ParseSize("x", text).ShouldBe(bytes);

    [Theory]
    [InlineData(null)]
    [InlineData(" ")]
    public void No_size_is_no_bound(string? text) => Settings.ParseSize("x", text).ShouldBeNull();

    [Theory]
    [InlineData("-5")]
    [InlineData("5XB")]
    [InlineData("GB")]
    [InlineData("many")]
    [InlineData("1e30GB")]
    [InlineData("NaN")]
    public void What_is_no_size_is_refused_by_its_name(string text) =>
        Should.Throw<UserException>(() => Settings.ParseSize("--max-size", text)).Message.ShouldStartWith($"--max-size: '{text}'");

    [Theory]
    [InlineData("30s", 30)]
    [InlineData("5m", 300)]
    [InlineData("1.5h", 5400)]
    [InlineData("7d", 604_800)]
    [InlineData("1w", 604_800)]
    public void A_span_is_a_number_and_a_unit(string text, double seconds) =>
        TimeText.Span("x", text).TotalSeconds.ShouldBe(seconds);

    [Theory]
    [InlineData("")]
    [InlineData("d")]
    [InlineData("-1d")]
    [InlineData("5x")]
    [InlineData("1000000000d")]
    public void What_is_no_span_is_refused(string text) => Should.Throw<UserException>(() => TimeText.Span("--poll", text));

    [Theory]
    [InlineData("1d", "2026-05-05T07:08:09Z")]
    [InlineData("2026-01-31", "2026-01-31T00:00:00Z")]
    [InlineData("2026-01-31T12:00:00+02:00", "2026-01-31T10:00:00Z")]
    public void An_instant_is_a_span_back_a_date_or_a_time(string text, string expected) =>
        TimeText.Instant("x", text, Now).ShouldBe(DateTimeOffset.Parse(expected, System.Globalization.CultureInfo.InvariantCulture));

    [Theory]
    [InlineData("10-20", 10, 20)]
    [InlineData("10-", 10, long.MaxValue)]
    [InlineData("-20", 1, 20)]
    [InlineData("15", 15, 15)]
    [InlineData(null, 1, long.MaxValue)]
    public void A_range_of_lines_may_be_open(string? text, long from, long to) => LineRange.Parse(text).ShouldBe(new(from, to));

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("0")]
    [InlineData("x")]
    [InlineData("5-3")]
    [InlineData("1-2-3")]
    [InlineData("1-99999999999999999999")]
    public void What_is_no_range_is_refused(string text) => Should.Throw<UserException>(() => LineRange.Parse(text));
}
