using System.Diagnostics;

namespace Granary.Testing;

/// <summary>Waits for conditions, also of other processes.</summary>
internal static class Until
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(20);

    public static Task TrueAsync(Func<bool> condition, TimeSpan? atMost = null) => TrueAsync(() => Task.FromResult(condition()), atMost);

    public static Task TrueAsync(Func<Task<bool>> condition, TimeSpan? atMost = null) => TrueAsync(condition, "waited too long", atMost);

    /// <param name="condition">Asked again and again until it holds.</param>
    /// <param name="what">Told where it does not hold in time.</param>
    /// <param name="atMost">A minute and a half unless told.</param>
    public static async Task TrueAsync(Func<Task<bool>> condition, string what, TimeSpan? atMost = null)
    {
        var clock = Stopwatch.StartNew();
        using var timer = new PeriodicTimer(Pace);
        while (!await condition())
        {
            clock.Elapsed.ShouldBeLessThan(atMost ?? Patience, what);
            await timer.WaitForNextTickAsync();
        }
    }
}
