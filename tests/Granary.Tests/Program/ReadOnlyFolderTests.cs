using System.Runtime.Versioning;

namespace Granary.Tests.Program;

/// <summary>A data folder that may be read and not written, as by a user other than the collector's.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class ReadOnlyFolderTests : IDisposable
{
    private const string SetPriv = "/usr/bin/setpriv";
    private const UnixFileMode ReadFile = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode ReadFolder = ReadFile | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private readonly TemporaryFolder folder = new();

    public void Dispose()
    {
        Protect(ReadFolder | UnixFileMode.UserWrite, ReadFile | UnixFileMode.UserWrite);
        folder.Dispose();
    }

    [Fact]
    public async Task Verbs_that_read_answer_where_nothing_may_be_written()
    {
        Assert.SkipWhen(Environment.IsPrivilegedProcess && !File.Exists(SetPriv), "root needs setpriv to lose its rights");
        var (logs, data) = (Path.Combine(folder.Root, "logs"), Path.Combine(folder.Root, "data"));
        Directory.CreateDirectory(logs);
        await File.WriteAllTextAsync(Path.Combine(logs, "a.log"), "alpha\nbeta\n");
        (await GranaryProgram.RunAsync(data, "source", "add", "directory", "local", "--path", logs)).Code.ShouldBe(0);
        (await GranaryProgram.RunAsync(data, "collect", "--once")).Code.ShouldBe(0);
        Protect(ReadFolder, ReadFile);

        (await RunAsync(data, "search", "beta")).ShouldBe("local/a.log:2:beta\n");
        (await RunAsync(data, "show", "local/a.log", "--log", "a.log")).ShouldBe("alpha\nbeta\n");
        (await RunAsync(data, "builds")).ShouldContain("local/a.log");
        (await RunAsync(data, "status")).ShouldContain("local");
        (await RunAsync(data, "verify")).ShouldContain("0 gaps");
    }

    private static async Task<string> RunAsync(string data, params string[] arguments)
    {
        string[] asNobody = ["--reuid", "65534", "--clear-groups", GranaryProgram.Path, .. arguments];
        await using var program = Environment.IsPrivilegedProcess
            ? GranaryProgram.Start(data, new Dictionary<string, string>(), SetPriv, asNobody)
            : GranaryProgram.Start(data, arguments);
        var run = await program.EndAsync();
        run.Code.ShouldBe(0, run.Error);
        return run.Out;
    }

    private void Protect(UnixFileMode ofFolders, UnixFileMode ofFiles)
    {
        File.SetUnixFileMode(folder.Root, ofFolders);
        foreach (var path in Directory.EnumerateFileSystemEntries(folder.Root, "*", SearchOption.AllDirectories))
        {
            File.SetUnixFileMode(path, Directory.Exists(path) ? ofFolders : ofFiles);
        }
    }
}
