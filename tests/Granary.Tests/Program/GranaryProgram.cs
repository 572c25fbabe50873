using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using Granary.Testing;

namespace Granary.Tests.Program;

/// <summary>The built executable, run as a user runs it.</summary>
public sealed partial class GranaryProgram : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process process;
    private readonly StringBuilder error = new();
    private readonly Task<string> output;

    private GranaryProgram(Process process)
    {
        this.process = process;
        output = process.StandardOutput.ReadToEndAsync();
        process.ErrorDataReceived += (_, line) =>
        {
            lock (error)
            {
                error.Append(line.Data).Append('\n');
            }
        };
        process.BeginErrorReadLine();
    }

    public static string Path { get; } = System.IO.Path.Combine(AppContext.BaseDirectory, "granary");

    public string Error
    {
        get
        {
            lock (error)
            {
                return error.ToString();
            }
        }
    }

    public static async Task<GranaryRun> RunAsync(string folder, params string[] arguments)
    {
        await using var program = Start(folder, arguments);
        return await program.EndAsync();
    }

    public static GranaryProgram Start(string folder, params string[] arguments) => Start(folder, new Dictionary<string, string>(), Path, arguments);

    public static GranaryProgram Start(
        string folder, IReadOnlyDictionary<string, string> environment, string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        start.Environment["GRANARY_DATA"] = folder;
        // Less to compile for a program that runs a second.
        start.Environment["DOTNET_TieredPGO"] = "0";
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return new(Process.Start(start)!);
    }

    /// <summary>Waits for its end, a minute unless told.</summary>
    public async Task<GranaryRun> EndAsync(TimeSpan? atMost = null)
    {
        using var patience = new CancellationTokenSource(atMost ?? Patience);
        await process.WaitForExitAsync(patience.Token);
        return new(process.ExitCode, await output, Error);
    }

    /// <summary>Waits until standard error holds a text.</summary>
    public Task SaidAsync(string text) => Until.TrueAsync(() => Error.Contains(text, StringComparison.Ordinal) || process.HasExited);

    public bool HasEnded => process.HasExited;

    public void Terminate() => Signal(15);

    /// <summary>By SIGKILL.</summary>
    public void Kill() => Signal(9);

    public void Interrupt() => Signal(2);

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill();
            await process.WaitForExitAsync();
        }

        process.Dispose();
    }

    private void Signal(int signal) => Kill(process.Id, signal).ShouldBe(0);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
