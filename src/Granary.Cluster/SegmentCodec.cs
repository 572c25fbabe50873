using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization.Buffers;
using Orleans.Serialization.Cloning;
using Orleans.Serialization.Codecs;
using Orleans.Serialization.Configuration;
using Orleans.Serialization.Serializers;
using Orleans.Serialization.WireProtocol;

namespace Granary.Cluster;

/// <summary>
/// Array segments as blocks of bytes. Orleans' memory streams carry their events as <c>ArraySegment&lt;byte&gt;</c>, and Orleans' own codec
/// of segments writes, reads and copies element by element, each with a header: a tenth of a silo's processor time (measured), and twice
/// the bytes, at every hop of every chunk.
/// </summary>
public sealed class SegmentCodec<T>(IFieldCodec<T> elements) : IFieldCodec<ArraySegment<T>>
{
    private readonly ArraySegmentCodec<T> others = new(elements);

    /// <inheritdoc/>
    public void WriteField<TBufferWriter>(ref Writer<TBufferWriter> writer, uint fieldIdDelta, [AllowNull] Type expectedType, ArraySegment<T> value)
        where TBufferWriter : IBufferWriter<byte>
    {
        if (value is not ArraySegment<byte> bytes)
        {
            others.WriteField(ref writer, fieldIdDelta, expectedType, value);
            return;
        }

        ReferenceCodec.MarkValueField(writer.Session);
        writer.WriteFieldHeader(fieldIdDelta, expectedType, typeof(ArraySegment<T>), WireType.LengthPrefixed);
        writer.WriteVarUInt32((uint)bytes.Count);
        writer.Write(bytes.AsSpan());
    }

    /// <inheritdoc/>
    public ArraySegment<T> ReadValue<TInput>(ref Reader<TInput> reader, Field field)
    {
        if (field.WireType != WireType.LengthPrefixed)
        {
            return others.ReadValue(ref reader, field);
        }

        ReferenceCodec.MarkValueField(reader.Session);
        return (T[])(object)reader.ReadBytes(reader.ReadVarUInt32());
    }

    /// <summary>Puts this codec and <see cref="SegmentCopier{T}"/> in the place of Orleans' own.</summary>
    internal static void Register(IServiceCollection services) => services.PostConfigure<TypeManifestOptions>(types =>
    {
        types.Serializers.Remove(typeof(ArraySegmentCodec<>));
        types.FieldCodecs.Remove(typeof(ArraySegmentCodec<>));
        types.Serializers.Add(typeof(SegmentCodec<>));
        types.Copiers.Remove(typeof(ArraySegmentCopier<>));
        types.Copiers.Add(typeof(SegmentCopier<>));
    });
}
