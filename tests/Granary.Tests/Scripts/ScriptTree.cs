using System.Diagnostics;

namespace Granary.Tests.Scripts;

/// <summary>A tree with the repository's scripts and little else, whose <c>dotnet</c> is a stub. Tools are named one by one, so that none is there by chance.</summary>
internal sealed class ScriptTree : IDisposable
{
    private static readonly string[] Tools =
        ["bash", "basename", "cat", "chmod", "dirname", "find", "flock", "grep", "mkdir", "mktemp", "mv", "readlink", "rm", "sed", "tail", "touch"];

    public ScriptTree()
    {
        foreach (var tool in Tools)
        {
            var path = Environment.GetEnvironmentVariable("PATH")!.Split(':').Select(folder => Path.Combine(folder, tool)).First(File.Exists);
            Directory.CreateDirectory(Bin);
            File.CreateSymbolicLink(Path.Combine(Bin, tool), path);
        }

        Write("scripts/orleans-version", "#!/bin/bash\nexit 1\n");
        foreach (var script in (string[])["granary", "test"])
        {
            File.Copy(Path.Combine(Repository(), script), Path.Combine(Root, script));
        }
    }

    public string Root { get; } = Directory.CreateTempSubdirectory("granary script ").FullName;

    private string Bin => Path.Combine(Root, "bin");

    /// <summary>A file of the tree, which may be run.</summary>
    public void Write(string path, string text)
    {
        var full = Path.Combine(Root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(full, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    public void WriteDotnet(string text) => Write("bin/dotnet", "#!/bin/bash\n" + text);

    public async Task<(int Code, string Out, string Error)> RunAsync(string script, params string[] arguments)
    {
        var start = new ProcessStartInfo("/bin/bash", [Path.Combine(Root, script), .. arguments])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Path.GetTempPath(),
        };
        start.Environment["PATH"] = Bin;
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output, await error);
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);

    private static string Repository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Orleans.sln")))
        {
            folder = folder.Parent!;
        }

        return folder.FullName;
    }
}
