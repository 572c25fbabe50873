using Granary.Core.Model;
using Granary.State.Records;
using Granary.State.Tables;
using static Granary.State.Tests.TestBuilds;

namespace Granary.State.Tests;

public sealed class RecordTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    public void A_number_is_read_back(long value)
    {
        var writer = new RecordWriter();
        writer.Signed(value);
        writer.Unsigned((ulong)value);
        var reader = new RecordReader(writer.Written);

        reader.Signed().ShouldBe(value);
        reader.Unsigned().ShouldBe((ulong)value);
        reader.AtEnd.ShouldBeTrue();
    }

    [Theory]
    [InlineData(null, "id")]
    [InlineData("", "id")]
    [InlineData("id", "id")]
    [InlineData("http://x/id/id/logs", "id")]
    [InlineData("http://x/other", "id")]
    [InlineData("http://x/", "")]
    public void A_text_around_an_id_is_read_back(string? text, string id)
    {
        var writer = new RecordWriter();
        writer.TextAround(text, id);
        var reader = new RecordReader(writer.Written);

        reader.TextAround(id).ShouldBe(text);
        reader.AtEnd.ShouldBeTrue();
    }

    [Fact]
    public void Any_receipt_is_read_back()
    {
        var random = new Random(3);
        for (var round = 0; round < 500; round++)
        {
            var receipt = RandomReceipt(random);
            Unpack(ReceiptCodec.Pack(receipt), receipt).ShouldHaveTheContentOf(receipt);
        }
    }

    [Fact]
    public void Instants_at_the_ends_of_time_are_read_back()
    {
        foreach (var instant in new[] { DateTimeOffset.MinValue, DateTimeOffset.MaxValue, DateTimeOffset.UnixEpoch })
        {
            Instants.Read(Instants.Ticks(instant)).ShouldBe(instant);
            var receipt = Receipt(Finished(1) with { StartedAt = instant });
            Unpack(ReceiptCodec.Pack(receipt), receipt).Build.StartedAt.ShouldBe(instant);
        }

        Should.Throw<FormatException>(() => Instants.Read(long.MaxValue));
        Should.Throw<FormatException>(() => Instants.Read(long.MinValue));
    }

    [Fact]
    public void A_damaged_record_is_refused_or_read_but_never_fails_otherwise()
    {
        var random = new Random(5);
        var refused = 0;
        for (var round = 0; round < 20_000; round++)
        {
            var receipt = RandomReceipt(random);
            var plain = Packing.Wrap(Packing.Unpack(ReceiptCodec.Pack(receipt)));
            var damaged = round % 2 == 0 ? plain : ReceiptCodec.Pack(receipt);
            damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            damaged = round % 3 == 0 ? damaged[..random.Next(damaged.Length)] : damaged;
            try
            {
                Unpack(damaged, receipt);
            }
            catch (Exception exception) when (Damage.Is(exception))
            {
                refused++;
            }
        }

        refused.ShouldBeGreaterThan(5_000);
    }

    private static Receipt Unpack(byte[] packed, Receipt like) => ReceiptCodec.Unpack(
        packed, like.Build.Key, like.Build.FinishedAt, like.Build.Version, like.Status, like.Generation);

    private static Receipt RandomReceipt(Random random)
    {
        var build = Finished(random.Next(1000)) with
        {
            FinishedAt = random.Next(3) == 0 ? null : Start.AddTicks(random.NextInt64(-1L << 40, 1L << 40)),
            StartedAt = random.Next(3) == 0 ? null : Start.AddSeconds(random.Next(-100_000, 100_000)),
            Finished = random.Next(2) == 0,
            Change = random.Next(2) == 0 ? null : "é\0\u4e00",
            Url = random.Next(3) == 0 ? null : "https://ci.example.org",
            LogUrl = random.Next(3) == 0 ? null : "https://logs.example.org/",
            Position = random.NextInt64(long.MinValue, long.MaxValue),
            Labels = Enumerable.Range(0, random.Next(3)).ToDictionary(number => $"label{number}", number => new string('v', number)),
        };
        return Receipt(build, random.Next(1, 5), (ReceiptStatus)random.Next(4)) with
        {
            Reasons = [.. Enumerable.Range(0, random.Next(3)).Select(number => $"reason {number}")],
            Attempts = random.Next(9),
            GivenUp = random.Next(3) == 0 ? new(random.Next(2, 9), "the logs are gone", random.Next(2) == 0) : null,
            Files = [.. Enumerable.Range(0, random.Next(5)).Select(_ => RandomFile(random, build))],
        };
    }

    private static FileReceipt RandomFile(Random random, Build build) => Log(build, $"logs/{random.Next(9)}.txt", random.Next()) with
    {
        Url = random.Next(3) switch { 0 => "", 1 => build.LogUrl + "escaped%20path", _ => "https://elsewhere.example.org/x" },
        Status = (FileStatus)random.Next(5),
        Reason = random.Next(2) == 0 ? null : "cut short",
        DeclaredBytes = random.Next(2) == 0 ? null : random.NextInt64(long.MaxValue),
        ReceivedBytes = random.NextInt64(long.MaxValue),
        RawBytes = random.NextInt64(long.MaxValue),
        Refused = random.Next(3),
        Hash = random.Next(4) == 0 ? default : new ContentHash((ulong)random.NextInt64(), (ulong)random.NextInt64()),
    };
}
