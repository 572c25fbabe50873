namespace Granary.Blocks.Format;

/// <summary>Where a dictionary of terms lies in its segment: bucket offsets (4 bytes each, one more than buckets), then buckets.</summary>
internal readonly record struct TermSection(long Offset, long Length, int KeyBits, int BucketBits)
{
    public int Buckets => 1 << BucketBits;

    public long TableLength => (Buckets + 1L) * sizeof(uint);

    public void Write(ByteSink sink)
    {
        sink.Unsigned((ulong)Offset);
        sink.Unsigned((ulong)Length);
        sink.Byte((byte)KeyBits);
        sink.Byte((byte)BucketBits);
    }

    public static TermSection Read(ref ByteSource source, long fileLength)
    {
        var section = new TermSection((long)source.Unsigned(), (long)source.Unsigned(), source.Byte(), source.Byte());
        var fits = section.Offset >= 0 && section.Length >= 0 && section.Offset <= fileLength - section.Length &&
            section.KeyBits <= 32 && section.BucketBits <= section.KeyBits && section.BucketBits <= 24 &&
            section.TableLength <= section.Length;
        return fits ? section : throw new InvalidDataException("a dictionary does not lie in the file");
    }
}
