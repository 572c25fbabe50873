using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Granary.Benchmarks.Whole;

/// <summary>From process start: a search's answer, and a server's readiness.</summary>
internal static class StartBenchmark
{
    public static async Task<int> RunAsync(string granary, string data)
    {
        Report("search, rare word", Enumerable.Range(0, 11).Select(n =>
            MeasuredProcess.Run(granary, "search", $"rareword{n * 31:d4}x", "--data", data).Wall.TotalMilliseconds));
        Report("search, first 100 of a common word", Enumerable.Range(0, 11).Select(_ =>
            MeasuredProcess.Run(granary, "search", "error", "--data", data).Wall.TotalMilliseconds));
        var ready = new List<double>();
        for (var run = 0; run < 5; run++)
        {
            ready.Add(await ReadyAsync(granary, data));
        }

        Report("serve, ready", ready);
        return 0;
    }

    private static async Task<double> ReadyAsync(string granary, string data)
    {
        var port = FreePort();
        var clock = Stopwatch.StartNew();
        var start = new ProcessStartInfo(granary, ["serve", "--port", $"{port}", "--data", data]) { RedirectStandardError = true };
        using var process = Process.Start(start)!;
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(1) };
        try
        {
            while (clock.Elapsed < TimeSpan.FromSeconds(30))
            {
                try
                {
                    if ((await client.GetAsync(new Uri($"http://127.0.0.1:{port}/readyz"))).StatusCode == HttpStatusCode.OK)
                    {
                        return clock.Elapsed.TotalMilliseconds;
                    }
                }
                catch (HttpRequestException)
                {
                    // Not listening yet.
                }

                await Task.Delay(5);
            }

            return double.NaN;
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static void Report(string name, IEnumerable<double> milliseconds)
    {
        var times = milliseconds.Order().ToList();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{name,-36} median {times[times.Count / 2]:F0} ms, {times[0]:F0} to {times[^1]:F0} ms"));
    }
}
