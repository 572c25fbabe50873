using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Granary.Elastic.Writing;

/// <summary>A short text that is copied with two wide stores, whatever its length: copying by length costs more than writing too much.</summary>
internal struct PaddedText
{
    /// <summary>Bytes that a copy overwrites, and the most that the text can have.</summary>
    internal const int Room = 64;

    private readonly byte[] bytes;

    internal PaddedText(ReadOnlySpan<byte> text)
    {
        bytes = new byte[Room];
        text.CopyTo(bytes);
        Length = text.Length;
    }

    internal int Length { get; set; }

    /// <summary>What is copied; only the first <see cref="Length"/> bytes count.</summary>
    internal readonly Span<byte> Bytes => bytes;

    /// <summary>Returns the text's length.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal readonly int CopyTo(Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(destination.Length, Room);
        ref var source = ref MemoryMarshal.GetArrayDataReference(bytes);
        ref var target = ref MemoryMarshal.GetReference(destination);
        Vector256.LoadUnsafe(ref source).StoreUnsafe(ref target);
        Vector256.LoadUnsafe(ref source, 32).StoreUnsafe(ref target, 32);
        return Length;
    }
}
