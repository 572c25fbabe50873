using System.Diagnostics;
using System.Text.Json;
using Granary.CrashTests.Child;
using Granary.Simulator;

namespace Granary.CrashTests;

/// <summary>A data folder and the processes that collect into it, one after the other.</summary>
internal sealed class CrashFolder(SimulatedCi ci) : IDisposable
{
    /// <summary>What a shell reports of a process that SIGKILL ended: 128 + 9.</summary>
    public const int Killed = 137;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    public string Path { get; } = Directory.CreateTempSubdirectory("granary-crash-").FullName;

    public ChildPlan Plan => new() { Folder = Path, Address = ci.BaseAddress.ToString(), Tenant = ci.Tenant };

    /// <summary>Runs a child until it ends by itself or by its kill point.</summary>
    public async Task<ChildRun> RunAsync(ChildPlan plan)
    {
        using var child = Start(plan);
        return await EndOfAsync(child);
    }

    /// <summary>Runs a child to its clean end.</summary>
    public async Task<ChildRun> CompleteAsync(ChildPlan? plan = null)
    {
        var run = await RunAsync(plan ?? Plan);
        run.ExitCode.ShouldBe(0, run.Output);
        return run;
    }

    /// <summary>Runs a child that must die at its kill point.</summary>
    public async Task<ChildRun> CrashAsync(string point, long hit = 1) => await CrashAsync(Plan with { KillPoint = point, KillHit = hit });

    /// <summary>Runs a child that must die at its kill point.</summary>
    public async Task<ChildRun> CrashAsync(ChildPlan plan)
    {
        var run = await RunAsync(plan);
        run.ExitCode.ShouldBe(Killed, $"{plan.KillPoint} #{plan.KillHit} was not reached: {run.Output}");
        return run;
    }

    /// <summary>Runs a child and kills it from outside after a while; false where it ended before.</summary>
    public async Task<bool> CrashAfterAsync(TimeSpan time)
    {
        using var child = Start(Plan);
        using var patience = new CancellationTokenSource(time);
        try
        {
            await child.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            child.Kill();
        }

        var run = await EndOfAsync(child);
        run.ExitCode.ShouldBeOneOf(0, Killed);
        return run.ExitCode == Killed;
    }

    /// <summary>Starts a child; the caller ends it.</summary>
    public static Process Start(ChildPlan plan)
    {
        var start = new ProcessStartInfo(Program) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(JsonSerializer.Serialize(plan));
        return Process.Start(start)!;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);

    private static string Program
    {
        get
        {
            var own = new DirectoryInfo(AppContext.BaseDirectory);
            return System.IO.Path.Combine(
                own.Parent!.Parent!.FullName, "Granary.CrashTests.Child", own.Name, "Granary.CrashTests.Child");
        }
    }

    private static async Task<ChildRun> EndOfAsync(Process child)
    {
        using var patience = new CancellationTokenSource(Patience);
        var output = child.StandardOutput.ReadToEndAsync(patience.Token);
        var errors = child.StandardError.ReadToEndAsync(patience.Token);
        try
        {
            await child.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            child.Kill();
            throw new TimeoutException($"the child did not end within {Patience}");
        }

        return new(child.ExitCode, await output + await errors);
    }
}
