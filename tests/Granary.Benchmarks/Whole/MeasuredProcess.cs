using System.Diagnostics;
using System.Globalization;

namespace Granary.Benchmarks.Whole;

/// <summary>Runs a program and says how long it took, what it used, and its peak anonymous memory (Linux).</summary>
internal sealed record MeasuredProcess(int ExitCode, TimeSpan Wall, TimeSpan Cpu, long PeakAnonymousBytes, string Output)
{
    public static MeasuredProcess Run(string program, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        var clock = Stopwatch.StartNew();
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        var (peak, cpu) = (0L, TimeSpan.Zero);
        while (!process.WaitForExit(20))
        {
            peak = Math.Max(peak, AnonymousBytes(process.Id));
            cpu = CpuTime(process) ?? cpu;
        }

        return new(process.ExitCode, clock.Elapsed, cpu, peak, output.Result + errors.Result);
    }

    /// <summary>Null once the process has ended: the last sample is then at most 20 ms old.</summary>
    private static TimeSpan? CpuTime(Process process)
    {
        try
        {
            return process.TotalProcessorTime;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The anonymous memory of a process now, in bytes; 0 where it cannot be told.</summary>
    public static long AnonymousBytes(int process)
    {
        try
        {
            var line = File.ReadLines($"/proc/{process}/status").FirstOrDefault(one => one.StartsWith("RssAnon:", StringComparison.Ordinal));
            return line is null ? 0 : 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
