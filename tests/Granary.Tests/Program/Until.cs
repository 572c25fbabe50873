using System.Diagnostics;

namespace Granary.Tests.Program;

/// <summary>Waits for conditions.</summary>
public static class Until
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static Task TrueAsync(Func<bool> condition, TimeSpan? atMost = null) => TrueAsync(() => Task.FromResult(condition()), atMost);

    public static async Task TrueAsync(Func<Task<bool>> condition, TimeSpan? atMost = null)
    {
        var watch = Stopwatch.StartNew();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!await condition())
        {
            watch.Elapsed.ShouldBeLessThan(atMost ?? Patience, "waited too long");
            await timer.WaitForNextTickAsync();
        }
    }
}
