using Granary.Core.Model;

namespace Granary.State.Records;

/// <summary>A receipt without what its table keeps in columns: key, finish, version, status, generation.</summary>
internal static class ReceiptCodec
{
    public static byte[] Pack(Receipt receipt)
    {
        var writer = new RecordWriter();
        Write(writer, receipt);
        return Packing.Pack(writer.Written);
    }

    public static void Write(RecordWriter writer, Receipt receipt)
    {
        BuildCodec.Write(writer, receipt.Build);
        writer.Near(Instants.Ticks(receipt.WrittenAt), Instants.Ticks(receipt.Build.FinishedAt) ?? 0);
        writer.Count(receipt.IndexDay.DayNumber);
        writer.Count(receipt.Attempts);
        writer.Count(receipt.NormaliserVersion);
        writer.Count(receipt.MaskingVersion);
        writer.Count(receipt.Reasons.Count);
        foreach (var reason in receipt.Reasons)
        {
            writer.Text(reason);
        }

        FileReceiptCodec.Write(writer, receipt.Files, receipt.Build.LogUrl);
        if (receipt.GivenUp is { } given)
        {
            writer.Count(given.Generation);
            writer.Text(given.Reason);
            writer.Byte(given.Gone ? (byte)1 : (byte)0);
        }
    }

    public static Receipt Unpack(
        ReadOnlySpan<byte> packed, BuildKey key, DateTimeOffset? finishedAt, string version, ReceiptStatus status, int generation)
    {
        var reader = new RecordReader(Packing.Unpack(packed));
        return Read(ref reader, key, finishedAt, version, status, generation);
    }

    public static Receipt Read(
        ref RecordReader reader, BuildKey key, DateTimeOffset? finishedAt, string version, ReceiptStatus status, int generation)
    {
        var build = BuildCodec.Read(ref reader, key, finishedAt, version);
        return new Receipt
        {
            Build = build,
            Status = Enum.IsDefined(status) ? status : throw new FormatException($"status {status} is unknown"),
            Generation = generation,
            WrittenAt = Instants.Read(reader.Near(Instants.Ticks(finishedAt) ?? 0)),
            IndexDay = Instants.ReadDay(reader.Small()),
            Attempts = reader.Small(),
            NormaliserVersion = reader.Small(),
            MaskingVersion = reader.Small(),
            Reasons = ReadReasons(ref reader),
            Files = FileReceiptCodec.Read(ref reader, build.LogUrl),
            // Last: receipts from before there were given-up readings end here.
            GivenUp = reader.AtEnd ? null : new(reader.Small(), reader.RequiredText(), reader.Byte() != 0),
        };
    }

    private static string[] ReadReasons(ref RecordReader reader)
    {
        var reasons = new string[reader.Count()];
        for (var i = 0; i < reasons.Length; i++)
        {
            reasons[i] = reader.RequiredText();
        }

        return reasons;
    }
}
