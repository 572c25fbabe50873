using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Granary.CrashTests.Child;

/// <summary>Counts the passings of every kill point, and ends the process by SIGKILL at the one that is planned.</summary>
internal sealed partial class KillSwitch(ChildPlan plan)
{
    private const int Kill = 9;

    private readonly ConcurrentDictionary<string, long> hits = new();

    /// <summary>The decoded byte of a log before which the process dies; null where another point is planned.</summary>
    public long? DeadlyByte => plan.KillPoint == KillPoints.LogByte ? plan.KillHit : null;

    public void Pass(string point)
    {
        var hit = hits.AddOrUpdate(point, 1, (_, before) => before + 1);
        if (point == plan.KillPoint && hit == plan.KillHit)
        {
            Die();
        }
    }

    public async Task<T> AroundAsync<T>(string call, Func<Task<T>> run)
    {
        Pass(KillPoints.Before(call));
        var result = await run();
        Pass(KillPoints.After(call));
        return result;
    }

    public Task AroundAsync(string call, Func<Task> run) => AroundAsync(call, async () =>
    {
        await run();
        return true;
    });

    /// <summary>Ends the process at once: nothing is flushed, closed or released but by the operating system.</summary>
    public static void Die()
    {
        _ = Signal(Environment.ProcessId, Kill);
        Thread.Sleep(Timeout.Infinite);
    }

    public void WriteHits()
    {
        if (plan.HitsFile is { } file)
        {
            File.WriteAllText(file, JsonSerializer.Serialize(hits));
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Signal(int process, int signal);
}
