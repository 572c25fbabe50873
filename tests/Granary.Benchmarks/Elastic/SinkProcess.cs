using System.Diagnostics;

namespace Granary.Benchmarks.Elastic;

/// <summary>A <see cref="NullEngine"/> in a process of its own, for as long as this lives.</summary>
internal sealed class SinkProcess : IDisposable
{
    private readonly Process process;
    private readonly HttpClient http = new();

    private SinkProcess(Process process, int port) => (this.process, Port) = (process, port);

    public int Port { get; }

    public Uri Url => new($"http://127.0.0.1:{Port}/");

    public static async Task<SinkProcess> StartAsync()
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, ["elastic", "sink"]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        var process = Process.Start(start)!;
        return new SinkProcess(process, int.Parse((await process.StandardOutput.ReadLineAsync())!, null));
    }

    /// <summary>Documents, and bytes of bodies, that came so far.</summary>
    public async Task<(long Documents, long Bytes)> CountAsync()
    {
        var parts = (await http.GetStringAsync(new Uri(Url, NullEngine.CountPath))).Split(' ');
        return (long.Parse(parts[0], null), long.Parse(parts[1], null));
    }

    public void Dispose()
    {
        process.StandardInput.Close();
        process.WaitForExit();
        process.Dispose();
        http.Dispose();
    }
}
