namespace Granary.Blocks.Format;

/// <summary>
/// A block or a page that could not be read when its segment was rewritten goes on in the new one without bytes and with a checksum that
/// nothing has: whoever reads it tells of the damage, as before. It ends with the builds that had lines in it.
/// </summary>
internal static class Lost
{
    /// <summary>Fits no bytes: the complement of what none would have.</summary>
    public static uint Crc(int number) => ~Crc32C.Of([], (uint)number);
}
