using Granary.Core.Model;

namespace Granary.State.Records;

/// <summary>The receipt of a reading that is held, in the row of a build that is pending still.</summary>
internal static class HeldCodec
{
    public static byte[]? Pack(Receipt? held)
    {
        if (held is null)
        {
            return null;
        }

        var writer = new RecordWriter();
        writer.Count(held.Generation);
        writer.Text(held.Build.Version);
        writer.Byte(held.Build.FinishedAt is null ? (byte)0 : (byte)1);
        writer.Signed(Instants.Ticks(held.Build.FinishedAt) ?? 0);
        ReceiptCodec.Write(writer, held);
        return Packing.Pack(writer.Written);
    }

    public static Receipt Unpack(ReadOnlySpan<byte> packed, BuildKey key)
    {
        var reader = new RecordReader(Packing.Unpack(packed));
        var generation = reader.Small();
        var version = reader.RequiredText();
        var isFinished = reader.Byte() != 0;
        var finished = reader.Signed();
        return ReceiptCodec.Read(
            ref reader, key, isFinished ? Instants.Read(finished) : null, version, ReceiptStatus.Complete, generation);
    }
}
