using System.Buffers.Binary;
using System.Numerics;

namespace Granary.Blocks.Format;

/// <summary>
/// Writes a dictionary from hashed terms to blocks. The keys are spread evenly, so the bucket is the key's upper bits and
/// needs no search; a bucket holds the sorted lower bits as Rice-coded gaps, each followed by its <see cref="Postings"/>.
/// </summary>
internal static class TermDictionaryWriter
{
    private const int BucketTerms = 48;
    private const int BucketPairs = 384;

    /// <summary>Appends the section to <paramref name="sink"/>, which starts at <paramref name="fileOffset"/>.</summary>
    /// <param name="pairs">Key in the upper 32 bits, block in the lower; ascending, each once.</param>
    public static TermSection Write(ByteSink sink, long fileOffset, ReadOnlySpan<ulong> pairs, int keyBits, int blockCount)
    {
        var start = sink.Length;
        var bucketBits = BucketBits(pairs, keyBits);
        var buckets = 1 << bucketBits;
        var table = new uint[buckets + 1];
        sink.Reserve((buckets + 1) * sizeof(uint)).Clear();
        var next = 0;
        for (var bucket = 0; bucket < buckets; bucket++)
        {
            table[bucket] = (uint)(sink.Length - start);
            var end = next;
            while (end < pairs.Length && (uint)((pairs[end] >> 32) >> (keyBits - bucketBits)) == bucket)
            {
                end++;
            }

            WriteBucket(sink, pairs[next..end], keyBits - bucketBits, (uint)bucket, blockCount);
            next = end;
        }

        table[buckets] = (uint)(sink.Length - start);
        var bytes = sink.Patch(start, table.Length * sizeof(uint));
        for (var index = 0; index < table.Length; index++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes[(index * sizeof(uint))..], table[index]);
        }

        return new TermSection(fileOffset, sink.Length - start, keyBits, bucketBits);
    }

    private static void WriteBucket(ByteSink sink, ReadOnlySpan<ulong> pairs, int remainderBits, uint bucket, int blockCount)
    {
        // An empty bucket is written too: a damaged table must not be able to name one where there is none.
        var start = sink.Length;
        sink.Reserve(sizeof(uint));
        var bits = new BitSink(sink);
        var terms = CountTerms(pairs);
        bits.Gamma((uint)terms + 1);
        var parameter = Postings.Parameter(terms, 1L << remainderBits);
        var mask = (uint)((1UL << remainderBits) - 1);
        var from = 0u;
        for (var next = 0; next < pairs.Length;)
        {
            var end = next + 1;
            while (end < pairs.Length && pairs[end] >> 32 == pairs[next] >> 32)
            {
                end++;
            }

            var remainder = (uint)(pairs[next] >> 32) & mask;
            bits.Rice(remainder - from, parameter);
            from = remainder + 1;
            Postings.Write(bits, pairs[next..end], blockCount);
            next = end;
        }

        bits.End();
        var crc = Crc32C.Of(sink.Written[(start + sizeof(uint))..], bucket);
        BinaryPrimitives.WriteUInt32LittleEndian(sink.Patch(start, sizeof(uint)), crc);
    }

    private static int BucketBits(ReadOnlySpan<ulong> pairs, int keyBits)
    {
        var buckets = Math.Max(CountTerms(pairs) / BucketTerms, pairs.Length / BucketPairs);
        return Math.Min(buckets <= 1 ? 0 : BitOperations.Log2((uint)buckets) + 1, Math.Min(keyBits, 24));
    }

    private static int CountTerms(ReadOnlySpan<ulong> pairs)
    {
        var terms = pairs.IsEmpty ? 0 : 1;
        for (var index = 1; index < pairs.Length; index++)
        {
            terms += pairs[index] >> 32 != pairs[index - 1] >> 32 ? 1 : 0;
        }

        return terms;
    }
}
