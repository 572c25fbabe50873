using Granary.Core.Chunks;
using Granary.Core.Search;

namespace Granary.Blocks.Format;

/// <summary>The order of logs in answers and in segments: that of <see cref="HitKey"/>, then generation.</summary>
internal sealed class LogOrder : IComparer<LogIdentity>
{
    public static readonly LogOrder Instance = new();

    /// <summary>Stands for a build without finish, which comes last.</summary>
    public const long NoFinish = long.MinValue;

    public static long Finish(LogIdentity log) => log.Build.FinishedAt?.UtcTicks ?? NoFinish;

    public int Compare(LogIdentity? x, LogIdentity? y)
    {
        if (x is null || y is null || ReferenceEquals(x, y))
        {
            return ReferenceEquals(x, y) ? 0 : x is null ? -1 : 1;
        }

        var order = HitKey.CompareBuilds(x.Build.FinishedAt, x.Build.Key, y.Build.FinishedAt, y.Build.Key);
        order = order != 0 ? order : string.CompareOrdinal(x.File, y.File);
        return order != 0 ? order : x.Generation.CompareTo(y.Generation);
    }
}
