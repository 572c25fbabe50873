using System.IO.Compression;

namespace Granary.Tests.Program;

/// <summary>A folder of log files, collected once for all tests that only read.</summary>
public sealed class CollectedLogs : IAsyncLifetime
{
    public TemporaryFolder Folder { get; } = new();

    public GranaryRun Collected { get; private set; } = new(-1, "", "");

    public async ValueTask InitializeAsync()
    {
        Folder.Write("logs/unit/deep/one.log", "start\n2026-01-02T03:04:05Z error: first bad thing\nerror: second bad thing\nbetween\nend\n");
        Folder.Write("logs/unit/empty.log", "");
        Folder.Write("logs/deploy/terminal.log", "alarm \u0007 and \u009b title\n");
        Folder.Write("logs/deploy/many.log", string.Concat(Enumerable.Range(1, 20_000).Select(n => $"counted line number {n}\n")));
        File.WriteAllBytes(Path.Combine(Folder.Logs, "deploy", "program"), [0x7f, (byte)'E', (byte)'L', (byte)'F', .. new byte[2000]]);
        await using (var gzip = new GZipStream(File.Create(Path.Combine(Folder.Logs, "packed.log.gz")), CompressionLevel.Fastest))
        {
            gzip.Write("packed bad thing\n"u8);
        }

        await GranaryProgram.RunAsync(Folder.Data, "source", "add", "directory", "local", "--path", Folder.Logs);
        Collected = await GranaryProgram.RunAsync(Folder.Data, "collect", "--once");
    }

    public Task<GranaryRun> RunAsync(params string[] arguments) => GranaryProgram.RunAsync(Folder.Data, arguments);

    public ValueTask DisposeAsync()
    {
        Folder.Dispose();
        return ValueTask.CompletedTask;
    }
}
