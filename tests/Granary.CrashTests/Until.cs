using System.Diagnostics;

namespace Granary.CrashTests;

/// <summary>Waits for a condition of another process.</summary>
internal static class Until
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    public static async Task TrueAsync(Func<Task<bool>> condition, string what)
    {
        var clock = Stopwatch.StartNew();
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!await condition())
        {
            clock.Elapsed.ShouldBeLessThan(Patience, what);
            await pace.WaitForNextTickAsync();
        }
    }
}
