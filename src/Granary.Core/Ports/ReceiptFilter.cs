using Granary.Core.Model;

namespace Granary.Core.Ports;

/// <summary>Which receipts to read; a null part does not narrow.</summary>
public sealed record ReceiptFilter
{
    public string? Source { get; init; }

    public ReceiptStatus? Status { get; init; }

    /// <summary>The CI's own id, or the start of it.</summary>
    public string? IdPrefix { get; init; }
}
