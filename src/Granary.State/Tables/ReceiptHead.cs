using Granary.Core.Model;

namespace Granary.State.Tables;

/// <summary>The columns of a receipt, enough to judge a listed build and to take the receipt from the sums.</summary>
internal sealed record ReceiptHead(long Number, ReceiptStatus Status, int Generation, string Version, long Lines, long Bytes);
