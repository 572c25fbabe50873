using Granary.Tests.Program;

namespace Granary.Elastic.Tests.Collecting;

/// <summary>A data folder whose lines are in the real engine under a prefix of its own, and the executable run on it.</summary>
internal sealed class EngineFolder : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly Uri index;

    /// <param name="engine">The engine itself.</param>
    /// <param name="through">What the executable is told instead; null: the engine's address.</param>
    internal EngineFolder(Uri engine, Uri? through = null)
    {
        index = through ?? engine;
        Environment["GRANARY__Index__Prefix"] = Prefix;
        Api = new EngineApi(engine, Prefix);
    }

    internal Dictionary<string, string> Environment { get; } = [];

    internal string Prefix { get; } = $"t{Guid.NewGuid():N}";

    /// <summary>The engine behind the executable's back.</summary>
    internal EngineApi Api { get; }

    internal TemporaryFolder Files => folder;

    internal GranaryProgram Start(params string[] arguments) =>
        GranaryProgram.Start(folder.Data, Environment, GranaryProgram.Path, [.. arguments, "--index", index.ToString()]);

    internal async Task<GranaryRun> RunAsync(params string[] arguments)
    {
        await using var program = Start(arguments);
        return await program.EndAsync(TimeSpan.FromMinutes(10));
    }

    /// <summary>A run that must end with 0.</summary>
    internal async Task<GranaryRun> SucceedAsync(params string[] arguments)
    {
        var run = await RunAsync(arguments);
        run.Code.ShouldBe(0, run.Out + run.Error);
        return run;
    }

    /// <summary>Collects the folder of logs once.</summary>
    internal async Task<GranaryRun> CollectLogsAsync()
    {
        if (!System.IO.File.Exists(Path.Combine(folder.Data, "state.db")))
        {
            await SucceedAsync("source", "add", "directory", "local", "--path", folder.Logs);
        }

        return await RunAsync("collect", "--once");
    }

    public void Dispose()
    {
        Api.Dispose();
        folder.Dispose();
    }
}
