using System.Collections.Concurrent;
using Granary.Core.Model;

namespace Granary.App.Collecting;

/// <summary>What a collector has done since it started. Threads may add and read at any time.</summary>
public sealed class CollectorCounts
{
    private readonly ConcurrentDictionary<string, long> settled = new();
    private long complete;
    private long failed;
    private long refused;
    private long lines;
    private long bytes;

    public long Complete => Interlocked.Read(ref complete);

    public long Failed => Interlocked.Read(ref failed);

    /// <summary>Entries of complete builds that the index refused for good.</summary>
    public long Refused => Interlocked.Read(ref refused);

    /// <summary>Builds that got a receipt, complete or not, by the id of their source.</summary>
    public IReadOnlyDictionary<string, long> Settled => settled;

    /// <summary>Lines of complete builds.</summary>
    public long Lines => Interlocked.Read(ref lines);

    /// <summary>Normalised bytes of complete builds.</summary>
    public long Bytes => Interlocked.Read(ref bytes);

    internal void AddReceipt(Receipt receipt)
    {
        var isRead = receipt is { Status: ReceiptStatus.Complete, GivenUp: null or { Gone: true } };
        Interlocked.Increment(ref isRead ? ref complete : ref failed);
        settled.AddOrUpdate(receipt.Build.Key.Source, 1, (_, builds) => builds + 1);
        Interlocked.Add(ref lines, isRead ? receipt.Lines : 0);
        Interlocked.Add(ref bytes, isRead ? receipt.Bytes : 0);
        Interlocked.Add(ref refused, receipt.Files.Sum(file => file.Refused));
    }
}
