namespace Granary.Blocks.Catalogue;

/// <summary>A committed segment, as index.db names it.</summary>
/// <param name="Id">Never used twice; the file is named by it.</param>
/// <param name="Day">The index day of all its builds.</param>
/// <param name="Bytes">The file's length.</param>
/// <param name="Raw">Bytes of lines.</param>
/// <param name="Entries">Lines and further parts.</param>
/// <param name="FirstFinish">Latest finish of a build in ticks; <see cref="Format.LogOrder.NoFinish"/> where none has one.</param>
/// <param name="LastFinish">Earliest finish, or <see cref="Format.LogOrder.NoFinish"/>.</param>
internal sealed record SegmentRow(long Id, DateOnly Day, long Bytes, long Raw, long Entries, long FirstFinish, long LastFinish)
{
    public string FileName => $"{Id:D10}.seg";
}
