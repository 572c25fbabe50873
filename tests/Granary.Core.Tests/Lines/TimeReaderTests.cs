using System.Globalization;
using System.Text;
using Granary.Core.Chunks;
using Granary.Core.Lines;

namespace Granary.Core.Tests.Lines;

public sealed class TimeReaderTests
{
    private static readonly DateTimeOffset Reference = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    private static string? Read(string line, DateTimeOffset? reference = null)
    {
        var time = new TimeReader(reference).Read(Encoding.UTF8.GetBytes(line), Chunk.NoTime);
        if (time == Chunk.NoTime)
        {
            return null;
        }

        var second = DateTimeOffset.FromUnixTimeSeconds(time / 1_000_000_000).ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture);
        return (time % 1_000_000_000) switch { 0 => second, var fraction => $"{second}.{fraction:D9}" };
    }

    [Theory]
    [InlineData("2024-01-02 03:04:05.678901 | text", "2024-01-02T03:04:05.678901000")]
    [InlineData("2024-01-02 03:04:05 | text", "2024-01-02T03:04:05")]
    [InlineData("2022-10-20T14:33:19.0437877Z text", "2022-10-20T14:33:19.043787700")]
    [InlineData("2024-05-01T12:34:56.123456Z 00O text", "2024-05-01T12:34:56.123456000")]
    [InlineData("2024-05-01T12:34:56.123456789012Z x", "2024-05-01T12:34:56.123456789")]
    [InlineData("2024-05-01T12:34:56+02:00 x", "2024-05-01T10:34:56")]
    [InlineData("2024-05-01T12:34:56-0330 x", "2024-05-01T16:04:56")]
    [InlineData("2024-05-01T12:34:56+02", "2024-05-01T10:34:56")]
    [InlineData("2024-05-01 12:34:56 +0100 x", "2024-05-01T11:34:56")]
    [InlineData("2024-05-01 12:34:56 - message", "2024-05-01T12:34:56")]
    [InlineData("2024-05-01 12:34:56,789 INFO x", "2024-05-01T12:34:56.789000000")]
    [InlineData("2024/05/01 12:34:56 go log", "2024-05-01T12:34:56")]
    [InlineData("[2024-01-02 03:04:05] x", "2024-01-02T03:04:05")]
    [InlineData("[2024-01-02T03:04:05.123Z] x", "2024-01-02T03:04:05.123000000")]
    [InlineData("[taskcluster 2025-02-14 10:04:47.321Z] x", "2025-02-14T10:04:47.321000000")]
    [InlineData("[task 2025-02-14T10:08:43.836Z] 10:08:43 x", "2025-02-14T10:08:43.836000000")]
    [InlineData("1700000000 x", "2023-11-14T22:13:20")]
    [InlineData("1700000000.25 x", "2023-11-14T22:13:20.250000000")]
    [InlineData("1700000000123 x", "2023-11-14T22:13:20.123000000")]
    [InlineData("[1700000000.5] x", "2023-11-14T22:13:20.500000000")]
    [InlineData("2024-02-29T00:00:00Z", "2024-02-29T00:00:00")]
    public void A_timestamp_at_the_start_is_read(string line, string time) => Read(line).ShouldBe(time);

    [Theory]
    [InlineData("12:34:56     INFO - x")]
    [InlineData("2023-02-29T00:00:00Z x")]
    [InlineData("2024-13-01T00:00:00Z x")]
    [InlineData("2024-01-01T24:00:00Z x")]
    [InlineData("2024-01-01T00:00:00abc")]
    [InlineData("2024-01-01 is a date")]
    [InlineData("1969-12-31T00:00:00Z x")]
    [InlineData("17000000001 x")]
    [InlineData("9700000000 x")]
    [InlineData("[    0.123456] kernel")]
    [InlineData("1700000000/2 x")]
    [InlineData("Nov  3 12:34:56 host x")]
    [InlineData("at 2024-01-02 03:04:05 x")]
    [InlineData("[")]
    [InlineData("[taskcluster")]
    [InlineData("[taskcluster ]")]
    public void What_is_no_timestamp_is_not_read(string line) => Read(line).ShouldBeNull();

    [Theory]
    [InlineData("Nov  3 12:34:56 host app: x", "2025-11-03T12:34:56")]
    [InlineData("Jan  2 23:59:59 host", "2026-01-02T23:59:59")]
    [InlineData("Jan 03 11:00:00 host", "2026-01-03T11:00:00")]
    [InlineData("Jan 03 13:00:00 host", "2025-01-03T13:00:00")]
    [InlineData("Dec 31 23:59:59 host", "2025-12-31T23:59:59")]
    [InlineData("Feb 29 00:00:00 host", "2024-02-29T00:00:00")]
    [InlineData("Foo  3 12:34:56 host", null)]
    [InlineData("Nov 31 12:34:56 host", null)]
    [InlineData("anJ  3 12:34:56 host", null)]
    public void A_syslog_time_gets_the_latest_year_not_after_the_reference(string line, string? time) => Read(line, Reference).ShouldBe(time);

    [Fact]
    public void A_line_without_a_time_carries_the_last() => new TimeReader().Read("plain"u8, 42).ShouldBe(42);

    [Fact]
    public void Every_instant_is_read_back_as_it_was_written()
    {
        var random = new Random(7);
        for (var i = 0; i < 5_000; i++)
        {
            var instant = DateTimeOffset.UnixEpoch.AddTicks(random.NextInt64(0, 7_250_000_000L * TimeSpan.TicksPerSecond));
            var offset = TimeSpan.FromMinutes(random.Next(-14 * 60, 14 * 60));
            var written = instant.ToOffset(offset).ToString("yyyy-MM-ddTHH:mm:ss.fffffffzzz", CultureInfo.InvariantCulture);
            if (instant.ToOffset(offset).Year is < 1970 or > 2199)
            {
                continue;
            }

            new TimeReader().Read(Encoding.ASCII.GetBytes(written + " x"), 0).ShouldBe((instant - DateTimeOffset.UnixEpoch).Ticks * 100, written);
        }
    }

    [Fact]
    public void No_line_makes_the_reader_fail()
    {
        var random = new Random(3);
        var reader = new TimeReader(Reference);
        string[] starts = ["2024-01-02T03:04:05.6+01:00 ", "[task 2024-01-02 03:04:05 +0100] ", "Nov  3 12:34:56 x", "1700000000.123 ", "[1700000000123] "];
        for (var i = 0; i < 50_000; i++)
        {
            var line = Encoding.ASCII.GetBytes(starts[random.Next(starts.Length)]);
            line[random.Next(line.Length)] = (byte)random.Next(256);
            reader.Read(line.AsSpan(0, random.Next(line.Length + 1)), 0).ShouldBeGreaterThanOrEqualTo(0);
        }
    }
}
