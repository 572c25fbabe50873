using System.Diagnostics;

namespace Granary.Tests.Program;

/// <summary>Waits for conditions.</summary>
public static class Until
{
    public static Task TrueAsync(Func<bool> condition) => TrueAsync(() => Task.FromResult(condition()));

    public static async Task TrueAsync(Func<Task<bool>> condition)
    {
        var watch = Stopwatch.StartNew();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!await condition())
        {
            watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(60), "waited too long");
            await timer.WaitForNextTickAsync();
        }
    }
}
