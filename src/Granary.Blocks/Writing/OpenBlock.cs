using System.Buffers;
using Granary.Blocks.Format;

namespace Granary.Blocks.Writing;

/// <summary>A block being filled. Owns its pooled lines until <see cref="Release"/>.</summary>
internal sealed class OpenBlock
{
    private byte[]? text = ArrayPool<byte>.Shared.Rent(SegmentFormat.MaxBlockBytes);
    private readonly List<PendingChunk> chunks = [];

    public IReadOnlyList<PendingChunk> Chunks => chunks;

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Text => text.AsSpan(0, Length);

    public bool Fits(int length) => Length + length <= SegmentFormat.MaxBlockBytes;

    public void Add(PendingChunk chunk, ReadOnlySpan<byte> lines)
    {
        lines.CopyTo(text.AsSpan(Length));
        chunks.Add(chunk with { Entry = chunk.Entry with { Offset = Length } });
        Length += lines.Length;
    }

    /// <summary>Offsets of the line ends that part long lines; those before the block's first byte are not its own.</summary>
    public List<int> FindJoints()
    {
        var joints = new List<int>();
        foreach (var chunk in chunks)
        {
            if (chunk.Entry.Continuations.Length > 0)
            {
                AddJoints(chunk.Entry, joints);
            }
        }

        return joints;
    }

    public void Release()
    {
        if (Interlocked.Exchange(ref text, null) is { } rented)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private void AddJoints(ChunkEntry entry, List<int> joints)
    {
        var lines = Text.Slice(entry.Offset, entry.Length);
        var (index, offset) = (0, 0);
        foreach (var continuation in entry.Continuations)
        {
            for (; index < continuation; index++)
            {
                offset += lines[offset..].IndexOf((byte)'\n') + 1;
            }

            if (continuation > 0)
            {
                joints.Add(entry.Offset + offset - 1);
            }
        }
    }
}
