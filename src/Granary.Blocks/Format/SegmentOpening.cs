using System.IO.Compression;

namespace Granary.Blocks.Format;

/// <summary>Finds a segment's directory, of whose parts (header, directory) any one copy suffices.</summary>
internal static class SegmentOpening
{
    /// <exception cref="InvalidDataException">No copy can be read.</exception>
    /// <exception cref="IndexFormatException">A newer version wrote it.</exception>
    public static SegmentDirectory Read(SegmentFile file)
    {
        var damage = "";
        foreach (var headerOffset in HeaderOffsets(file))
        {
            try
            {
                var header = ReadHeader(file, headerOffset);
                return TryDirectory(file, header, header.FirstDirectory, out damage)
                    ?? TryDirectory(file, header, header.SecondDirectory, out damage)
                    ?? throw new InvalidDataException(damage);
            }
            catch (InvalidDataException e)
            {
                damage = e.Message;
            }
        }

        throw new InvalidDataException(damage);
    }

    /// <summary>What is wrong with each copy.</summary>
    public static IEnumerable<Exception?> Check(SegmentFile file)
    {
        foreach (var offset in HeaderOffsets(file))
        {
            SegmentHeader? header = null;
            Exception? damage = null;
            try
            {
                header = ReadHeader(file, offset);
            }
            catch (InvalidDataException e)
            {
                damage = new SegmentDamageException(offset == 0 ? "header" : "copy of the header", e.Message);
            }

            yield return damage;
            foreach (var directory in header is null ? [] : new[] { header.FirstDirectory, header.SecondDirectory })
            {
                _ = TryDirectory(file, header!, directory, out var wrong);
                yield return wrong.Length == 0 ? null : new SegmentDamageException($"directory at {directory}", wrong);
            }
        }
    }

    private static long[] HeaderOffsets(SegmentFile file) => [0, Math.Max(0, file.Length - SegmentFormat.HeaderSize)];

    private static SegmentHeader ReadHeader(SegmentFile file, long offset)
    {
        Span<byte> bytes = stackalloc byte[SegmentFormat.HeaderSize];
        file.Read(offset, bytes);
        var header = SegmentHeader.Read(bytes);
        return header.FileLength == file.Length
            ? header
            : throw new InvalidDataException($"the file has {file.Length} bytes, not {header.FileLength}");
    }

    private static SegmentDirectory? TryDirectory(SegmentFile file, SegmentHeader header, long offset, out string damage)
    {
        try
        {
            if (header.DirectoryStored is < 0 or > SegmentFormat.MaxPageBytes || header.DirectoryRaw is < 0 or > SegmentFormat.MaxPageBytes)
            {
                throw new InvalidDataException("the directory's size is out of range");
            }

            var stored = new byte[header.DirectoryStored];
            file.Read(offset, stored);
            var raw = new byte[header.DirectoryRaw];
            if (Crc32C.Of(stored) != header.DirectoryCrc ||
                !BrotliDecoder.TryDecompress(stored, raw, out var written) || written != raw.Length)
            {
                throw new InvalidDataException("it does not fit its checksum");
            }

            damage = "";
            return SegmentDirectory.Read(raw, file.Length);
        }
        catch (InvalidDataException e)
        {
            damage = e.Message;
            return null;
        }
    }
}
