namespace Granary.Blocks.Format;

/// <summary>A compressed page of logs: where it lies and which finishes (ticks, descending) it spans.</summary>
internal sealed record PageEntry(long Offset, int Stored, int Raw, uint Crc, long FirstFinish, long LastFinish, int Logs);
