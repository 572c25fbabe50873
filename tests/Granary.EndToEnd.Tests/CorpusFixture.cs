using System.Diagnostics;
using System.IO.Compression;
using Granary.App.Collecting;
using Granary.Blocks;
using Granary.Core.Masking;
using Granary.Sources;
using Granary.State;

namespace Granary.EndToEnd.Tests;

/// <summary>The corpus twice: collected by Granary from a directory, and normalised into files by the script.</summary>
public sealed class CorpusFixture : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("granary-corpus-").FullName;

    /// <summary>Why there is nothing to compare; null where there is.</summary>
    public string? Missing { get; private set; }

    /// <summary>Where the script's files are.</summary>
    public string Normalised => Path.Combine(folder, "normalised");

    public BlockIndex? Index { get; private set; }

    public async ValueTask InitializeAsync()
    {
        var corpus = Environment.GetEnvironmentVariable("GRANARY_CORPUS");
        Missing = string.IsNullOrEmpty(corpus) ? "GRANARY_CORPUS is not set"
            : !Works("rg", "--version") ? "ripgrep is not installed"
            : !Works("python3", "--version") ? "python3 is not installed"
            : null;
        if (Missing is null)
        {
            var logs = Directory.CreateDirectory(Path.Combine(folder, "logs")).FullName;
            Directory.CreateDirectory(Normalised);
            await Task.WhenAll(Directory.EnumerateFiles(corpus!, "*.gz").Select(file => DecompressAsync(file, logs)));
            Works("python3", Path.Combine(AppContext.BaseDirectory, "normalise.py"), logs, Normalised).ShouldBeTrue();
            await CollectAsync(logs);
            Index = BlockIndex.Open(Path.Combine(folder, "index"));
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Index is not null)
        {
            await Index.DisposeAsync();
        }

        Directory.Delete(folder, recursive: true);
    }

    private static async Task DecompressAsync(string file, string target)
    {
        await using var packed = new GZipStream(File.OpenRead(file), CompressionMode.Decompress);
        await using var plain = File.Create(Path.Combine(target, Path.GetFileNameWithoutExtension(file)));
        await packed.CopyToAsync(plain);
    }

    private async Task CollectAsync(string logs)
    {
        await using var state = await SqliteStateStore.OpenAsync(new() { Path = Path.Combine(folder, "state.db") });
        await state.SaveSourceAsync(
            new() { Id = "corpus", Name = "corpus", Kind = SourceFactory.DirectoryKind, Address = logs }, CancellationToken.None);
        await using var writer = BlockIndexWriter.Open(new() { Folder = Path.Combine(folder, "index"), FreeDiskFloor = 0 });
        var collector = new Collector(
            state, writer, source => SourceFactory.Create(source, new()), _ => new Masker(), new CollectorOptions().ForOnce(),
            TimeProvider.System, _ => { });
        (await collector.RunAsync(CancellationToken.None)).ShouldBeTrue();
    }

    private static bool Works(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
            process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
