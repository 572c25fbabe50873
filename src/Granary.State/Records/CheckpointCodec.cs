using Granary.Core.Model;

namespace Granary.State.Records;

/// <summary>How far a pending build is read.</summary>
internal static class CheckpointCodec
{
    public static byte[]? Pack(Checkpoint? checkpoint, string? logUrl)
    {
        if (checkpoint is null)
        {
            return null;
        }

        var writer = new RecordWriter();
        writer.Text(checkpoint.File);
        writer.Text(checkpoint.ETag);
        writer.Signed(checkpoint.Offset);
        writer.Count(checkpoint.Ordinal);
        writer.Signed(checkpoint.Line);
        writer.Hash(checkpoint.Chain);
        writer.Signed(checkpoint.Time);
        writer.Signed(checkpoint.Bytes);
        writer.Signed(checkpoint.Entries);
        FileReceiptCodec.Write(writer, checkpoint.Done, logUrl);
        return Packing.Pack(writer.Written);
    }

    public static Checkpoint Unpack(ReadOnlySpan<byte> packed, string? logUrl)
    {
        var reader = new RecordReader(Packing.Unpack(packed));
        return new Checkpoint
        {
            File = reader.Text(),
            ETag = reader.Text(),
            Offset = reader.Signed(),
            Ordinal = reader.Small(),
            Line = reader.Signed(),
            Chain = reader.Hash(),
            Time = reader.Signed(),
            Bytes = reader.Signed(),
            Entries = reader.Signed(),
            Done = FileReceiptCodec.Read(ref reader, logUrl),
        };
    }
}
