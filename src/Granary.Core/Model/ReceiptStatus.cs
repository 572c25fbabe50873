namespace Granary.Core.Model;

/// <summary>How a build ended for Granary. Values are stored: never renumber.</summary>
public enum ReceiptStatus : byte
{
    /// <summary>Everything the CI has of it is in the index (what the CI itself lacks is on the files).</summary>
    Complete = 0,

    /// <summary>Given up after the configured number of attempts; <c>verify --repair</c> reads it again.</summary>
    Failed = 1,

    /// <summary>Never finished, or removed by retention; not read again unless asked.</summary>
    Expired = 2,

    /// <summary>Deleted on request; not read again unless asked.</summary>
    Purged = 3,
}
