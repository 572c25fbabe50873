using Granary.Core.Model;

namespace Granary.Core.Search;

/// <summary>
/// A hit's place in the order of all answers: build finish descending (a build without one last), then build key, file
/// (ordinal), line and part ascending. Paging goes by it, and stays stable while builds are added.
/// </summary>
public sealed record HitKey(DateTimeOffset? FinishedAt, BuildKey Build, string File, long Line, int Part) : IComparable<HitKey>
{
    /// <inheritdoc/>
    public int CompareTo(HitKey? other)
    {
        if (other is null)
        {
            return 1;
        }

        var order = CompareBuilds(FinishedAt, Build, other.FinishedAt, other.Build);
        order = order != 0 ? order : string.CompareOrdinal(File, other.File);
        order = order != 0 ? order : Line.CompareTo(other.Line);
        return order != 0 ? order : Part.CompareTo(other.Part);
    }

    /// <summary>The order of builds: finish descending, without one last, then key.</summary>
    public static int CompareBuilds(DateTimeOffset? leftFinish, BuildKey left, DateTimeOffset? rightFinish, BuildKey right)
    {
        var order = Nullable.Compare(rightFinish, leftFinish);
        return order != 0 ? order : left.CompareTo(right);
    }
}
