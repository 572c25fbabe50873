using System.Diagnostics;

namespace Granary.Benchmarks.Elastic;

/// <summary>
/// Ships a folder of <c>*.log</c> by rsyslog (Debian: rsyslog, rsyslog-elasticsearch): imfile reads, omelasticsearch sends in bulk mode. Of
/// the settings tried (queues direct, FixedArray and LinkedList, batches of 256 to 65,536, one worker and two) these cost the least processor
/// time.
/// </summary>
internal static class RsyslogShipper
{
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(2);

    /// <summary>Its program; null where it is not installed.</summary>
    internal static string? Program => new[] { "/usr/sbin/rsyslogd", "/sbin/rsyslogd" }.FirstOrDefault(File.Exists);

    /// <summary>Runs it until every line has come, or none more comes.</summary>
    /// <returns>Its processor time, its start included, and the lines that came.</returns>
    internal static async Task<(TimeSpan Cpu, TimeSpan? Warm, long Lines)> ShipAsync(SinkProcess sink, string folder, long lines)
    {
        var work = Directory.CreateTempSubdirectory("granary-rsyslog-").FullName;
        try
        {
            var configuration = Path.Combine(work, "rsyslog.conf");
            await File.WriteAllTextAsync(configuration, Configuration(work, folder, sink.Port));
            using var process = Process.Start(new ProcessStartInfo(Program!, ["-n", "-f", configuration, "-i", Path.Combine(work, "pid")]))!;
            var half = TimeSpan.Zero;
            var came = await WaitAsync(sink, process, lines, () => half = process.TotalProcessorTime);
            var cpu = process.TotalProcessorTime;
            process.Kill();
            await process.WaitForExitAsync();
            return (cpu, cpu - half, came);
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    private static async Task<long> WaitAsync(SinkProcess sink, Process process, long lines, Action atHalf)
    {
        var (before, clock) = (await sink.CountAsync(), Stopwatch.StartNew());
        var last = before;
        while (last.Documents - before.Documents < lines && (clock.Elapsed < Quiet || last == before))
        {
            if (process.HasExited)
            {
                throw new InvalidOperationException($"rsyslogd ended with {process.ExitCode}");
            }

            await Task.Delay(20);
            var now = await sink.CountAsync();
            if (now != last)
            {
                if (last.Documents - before.Documents <= lines / 2 && now.Documents - before.Documents > lines / 2)
                {
                    atHalf();
                }

                (last, clock) = (now, Stopwatch.StartNew());
            }
        }

        return last.Documents - before.Documents;
    }

    private static string Configuration(string work, string folder, int port) => $$"""
        global(workDirectory="{{work}}" maxMessageSize="64k")
        module(load="imfile" mode="inotify")
        module(load="omelasticsearch")
        template(name="document" type="list") {
            constant(value="{\"@timestamp\":\"") property(name="timereported" dateFormat="rfc3339")
            constant(value="\",\"log.file.path\":\"") property(name="$!metadata!filename" format="json")
            constant(value="\",\"message\":\"") property(name="msg" format="json") constant(value="\"}")
        }
        ruleset(name="ship" queue.type="FixedArray" queue.size="50000" queue.dequeueBatchSize="512" queue.workerThreads="1") {
            action(type="omelasticsearch" server="127.0.0.1" serverport="{{port}}" template="document" searchIndex="lines" searchType=""
                bulkmode="on" maxbytes="10m" action.resumeRetryCount="-1")
        }
        input(type="imfile" file="{{folder}}/*.log" tag="ci" ruleset="ship" addMetadata="on" maxSubmitAtOnce="1024")

        """;
}
