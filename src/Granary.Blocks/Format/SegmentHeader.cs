namespace Granary.Blocks.Format;

/// <summary>The fixed start of a segment, repeated at its end: where both copies of the directory lie.</summary>
internal sealed record SegmentHeader(
    int Version, long FileLength, long FirstDirectory, long SecondDirectory, int DirectoryStored, int DirectoryRaw, uint DirectoryCrc)
{
    private static ReadOnlySpan<byte> Magic => "GRANSEG\n"u8;

    public void Write(ByteSink sink)
    {
        var start = sink.Length;
        sink.Raw(Magic);
        sink.Fixed32((uint)Version);
        sink.Fixed64((ulong)FileLength);
        sink.Fixed64((ulong)FirstDirectory);
        sink.Fixed64((ulong)SecondDirectory);
        sink.Fixed32((uint)DirectoryStored);
        sink.Fixed32((uint)DirectoryRaw);
        sink.Fixed32(DirectoryCrc);
        sink.Reserve(SegmentFormat.HeaderSize - sizeof(uint) - (sink.Length - start)).Clear();
        sink.Fixed32(Crc32C.Of(sink.Written[start..]));
    }

    /// <exception cref="InvalidDataException">Not a header, or a damaged one.</exception>
    /// <exception cref="IndexFormatException">Written by a newer version.</exception>
    public static SegmentHeader Read(ReadOnlySpan<byte> bytes)
    {
        var source = new ByteSource(bytes);
        var magic = source.Raw(Magic.Length);
        var version = (int)source.Fixed32();
        var header = new SegmentHeader(version, (long)source.Fixed64(), (long)source.Fixed64(), (long)source.Fixed64(),
            (int)source.Fixed32(), (int)source.Fixed32(), source.Fixed32());
        var sound = new ByteSource(bytes[^sizeof(uint)..]).Fixed32() == Crc32C.Of(bytes[..^sizeof(uint)]);
        if (!magic.SequenceEqual(Magic) || !sound)
        {
            throw new InvalidDataException("the header does not fit its checksum");
        }

        return version == SegmentFormat.Version
            ? header
            : throw new IndexFormatException($"it has format {version}; this program reads format {SegmentFormat.Version}");
    }
}
