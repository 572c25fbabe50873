namespace Granary.Sources.Zuul;

/// <summary>
/// Finds how many rows to skip to come near a place in time, so that a gap far down is not walked to through everything above
/// it. Rows only ever shift downwards: what was newer than the place stays above it.
/// </summary>
internal sealed class SkipSearch(ZuulApi api, int near)
{
    /// <summary>
    /// A count of rows, at least <paramref name="low"/>, where the row that follows began after <paramref name="seconds"/>, and
    /// at most <paramref name="near"/> rows above the place where that ends.
    /// </summary>
    /// <param name="low">A count for which that holds.</param>
    public async Task<int> FindAsync(int low, long seconds, CancellationToken cancellation)
    {
        var high = low + near;
        for (var step = near; await IsAboveAsync(high, seconds, cancellation); step = Math.Min(step * 2, int.MaxValue / 4))
        {
            low = high;
            high += step;
        }

        while (high - low > near)
        {
            var middle = low + ((high - low) / 2);
            (low, high) = await IsAboveAsync(middle, seconds, cancellation) ? (middle, high) : (low, middle);
        }

        return low;
    }

    private async Task<bool> IsAboveAsync(int skip, long seconds, CancellationToken cancellation)
    {
        var rows = await api.BuildsAsync(1, skip, null, cancellation);
        return rows.Count > 0 && rows[0].Build.StartedAt?.ToUnixTimeSeconds() > seconds;
    }
}
