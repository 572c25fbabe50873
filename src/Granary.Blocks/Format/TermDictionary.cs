using System.Buffers;
using System.Buffers.Binary;

namespace Granary.Blocks.Format;

/// <summary>Reads a dictionary from hashed terms to blocks: two small reads a look-up, nothing kept in memory.</summary>
internal sealed class TermDictionary(SegmentFile file, TermSection section, int blockCount, string name)
{
    // A bucket's size follows from how terms are spread; far above it only a damaged table can point.
    private const int MaxBucketBytes = 1 << 24;

    /// <summary>Adds the blocks that may hold the term to <paramref name="target"/>.</summary>
    /// <exception cref="SegmentDamageException">The bucket is damaged.</exception>
    public void Find(uint key, BlockSet target)
    {
        var remainderBits = section.KeyBits - section.BucketBits;
        var bucket = (int)((ulong)key >> remainderBits);
        var wanted = (uint)(key & ((1UL << remainderBits) - 1));
        Read(bucket, (ref BitSource bits) =>
        {
            var terms = bits.Gamma() - 1;
            var parameter = Postings.Parameter((int)Math.Min(terms, int.MaxValue), 1L << remainderBits);
            var from = 0u;
            for (var term = 0u; term < terms; term++)
            {
                var remainder = from + bits.Rice(parameter);
                if (remainder >= wanted)
                {
                    if (remainder == wanted)
                    {
                        Postings.Read(ref bits, blockCount, target);
                    }

                    return;
                }

                Postings.Read(ref bits, blockCount, null);
                from = remainder + 1;
            }
        });
    }

    /// <summary>Reads every bucket.</summary>
    /// <returns>What is wrong, for each damaged one.</returns>
    public IEnumerable<Exception> Check()
    {
        for (var bucket = 0; bucket < section.Buckets; bucket++)
        {
            Exception? damage = null;
            try
            {
                Read(bucket, static (ref BitSource _) => { });
            }
            catch (Exception e) when (SegmentDamageException.Tells(e))
            {
                damage = e;
            }

            if (damage is not null)
            {
                yield return damage;
            }
        }
    }

    private delegate void BucketReader(ref BitSource bits);

    private void Read(int bucket, BucketReader reader)
    {
        Span<byte> ends = stackalloc byte[2 * sizeof(uint)];
        file.Read(section.Offset + (long)bucket * sizeof(uint), ends);
        var start = BinaryPrimitives.ReadUInt32LittleEndian(ends);
        var end = BinaryPrimitives.ReadUInt32LittleEndian(ends[sizeof(uint)..]);
        if (start < section.TableLength || end > section.Length || end < start + sizeof(uint) || end - start > MaxBucketBytes)
        {
            throw Damaged(bucket, "does not lie in the section");
        }

        var length = (int)(end - start);
        var rented = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            var bytes = rented.AsSpan(0, length);
            file.Read(section.Offset + start, bytes);
            if (Crc32C.Of(bytes[sizeof(uint)..], (uint)bucket) != BinaryPrimitives.ReadUInt32LittleEndian(bytes))
            {
                throw Damaged(bucket, "does not fit its checksum");
            }

            var bits = new BitSource(bytes[sizeof(uint)..]);
            reader(ref bits);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private SegmentDamageException Damaged(int bucket, string what) => new($"bucket {bucket} of the {name}", what);
}
