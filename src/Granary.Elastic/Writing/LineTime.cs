namespace Granary.Elastic.Writing;

/// <summary>
/// The end of our own object and the field of a line's time behind it. Remembers the last: lines without a time of their own carry the
/// one before. Not for threads to share.
/// </summary>
internal sealed class LineTime
{
    private const string Start = $"}},\"{FieldNames.Timestamp}\":\"";

    private PaddedText text = new(System.Text.Encoding.ASCII.GetBytes(Start));
    private NanosText nanos;
    private long last = -1;

    /// <summary>Writes the time, nanoseconds since 1970, not negative; overwrites <see cref="PaddedText.Room"/> bytes.</summary>
    internal int Write(long time, Span<byte> destination)
    {
        if (time != last)
        {
            last = time;
            var length = Start.Length + nanos.Write(time, text.Bytes[Start.Length..]);
            text.Bytes[length++] = (byte)'"';
            text.Length = length;
        }

        return text.CopyTo(destination);
    }
}
