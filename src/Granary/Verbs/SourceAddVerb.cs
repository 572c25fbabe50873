using System.CommandLine;
using Granary.Composition;
using Granary.Core.Model;
using Granary.Output;
using Granary.State;

namespace Granary.Verbs;

internal static class SourceAddVerb
{
    private const string Guide =
        """
        Examples:
          granary source add zuul opendev --url https://zuul.opendev.org --tenant openstack --since 7d --job 'tempest*'
          granary source add zuul internal --url https://zuul.example.org --tenant main --token-file ~/.zuul-token --allow-host logs.example.org
          granary source add directory local --path ./logs --files '*.log'
        """;

    private static readonly Argument<string> Kind = new("KIND") { Description = "zuul or directory" };
    private static readonly Argument<string> Name = new("NAME") { Description = "What to call it" };
    private static readonly Option<string?> Url = Text("--url", "URL", "The API's base address (zuul)");
    private static readonly Option<string?> Tenant = Text("--tenant", "NAME", "Zuul's tenant");
    private static readonly Option<string?> LogPath = Text("--path", "FOLDER", "The folder of log files (directory)");
    private static readonly Option<string[]> Projects = Many("--project", "Only builds of this project; * for any characters");
    private static readonly Option<string[]> Pipelines = Many("--pipeline", "Only builds of this pipeline");
    private static readonly Option<string[]> Jobs = Many("--job", "Only builds of this job");
    private static readonly Option<string[]> Branches = Many("--branch", "Only builds of this branch");
    private static readonly Option<string[]> Results = Many("--result", "Only builds with this result (FAILURE)");
    private static readonly Option<string[]> Files = Many("--files", "Only log files with such a path: job-output*, **/*.log [default: all that are text]");
    private static readonly Option<string?> Since = Text("--since", "WHEN", "Only builds that finished after: 7d, 2026-01-31 [default: all]");
    private static readonly Option<string?> Poll = Text("--poll", "SPAN", "How often the CI is asked for new builds [default: 30s]");
    private static readonly Option<string?> TokenFile = Text("--token-file", "FILE", "A file with the bearer token; only its path is kept");
    private static readonly Option<string[]> AllowHosts = Many("--allow-host", "A further host (name or name:port) that logs may be fetched from");

    private static readonly Option<string?>[] Texts = [Url, Tenant, LogPath, TokenFile, Since, Poll];

    public static Command Create()
    {
        var verb = new Command("add", "Adds a CI endpoint. Repeated filters are alternatives.")
        {
            Kind, Name, Url, Tenant, LogPath, Projects, Pipelines, Jobs, Branches, Results, Files, Since, Poll, TokenFile, AllowHosts,
        };
        VerbGuide.Set(verb, Guide);
        verb.SetAction(RunAsync);
        return verb;
    }

    private static async Task<int> RunAsync(ParseResult call, CancellationToken cancellation)
    {
        var folder = GranaryCommand.Folder(call);
        RequireOptionsOfKind(call);
        DataFolders.Create(folder);
        await using var state = await SqliteStateStore.OpenAsync(new() { Path = folder.StateFile }, cancellation);
        var sources = await state.ReadSourcesAsync(cancellation);
        var name = call.GetRequiredValue(Name);
        if (sources.Any(source => string.Equals(source.Name, name, StringComparison.OrdinalIgnoreCase)))
        {
            throw new UserException($"NAME: there is a source '{name}' already");
        }

        var definition = Read(call, name);
        ConfiguredSources.Require(definition, field => OptionOf(definition.Kind, field));
        definition = definition with { Id = await SourceNames.NewIdAsync(state, sources, definition, cancellation) };
        await state.SaveSourceAsync(definition, cancellation);
        StandardOutput.Text.WriteLine($"added '{name}'; 'granary collect {name} --once' collects what it has now");
        if (!string.Equals(definition.Id, name, StringComparison.OrdinalIgnoreCase))
        {
            StandardOutput.Text.WriteLine($"its builds are named {definition.Id}/…");
        }

        return ExitCodes.Success;
    }

    /// <summary>An option that means nothing to the kind is a mistake better told than passed over.</summary>
    private static void RequireOptionsOfKind(ParseResult call)
    {
        var kind = call.GetRequiredValue(Kind);
        Option[] foreign = kind switch
        {
            "zuul" => [LogPath],
            "directory" => [Url, Tenant, TokenFile, AllowHosts, Projects, Pipelines, Branches, Results],
            _ => [],
        };
        if (foreign.FirstOrDefault(option => call.GetResult(option) is { Implicit: false }) is { } wrong)
        {
            throw new UserException($"{wrong.Name}: a {kind} source has no such option");
        }

        if (Texts.FirstOrDefault(option => call.GetValue(option) is { } text && string.IsNullOrWhiteSpace(text)) is { } empty)
        {
            throw new UserException($"{empty.Name} is empty: {empty.Description}");
        }

        Option? needed = kind switch { "zuul" => Url, "directory" => LogPath, _ => null };
        if (needed is not null && call.GetResult(needed) is null)
        {
            throw new UserException($"{needed.Name} is missing: {needed.Description}");
        }
    }

    private static string OptionOf(string kind, string field) => field switch
    {
        nameof(SourceDefinition.Name) => "NAME",
        nameof(SourceDefinition.Kind) => "KIND",
        nameof(SourceDefinition.Address) => kind == "directory" ? "--path" : "--url",
        nameof(SourceDefinition.Tenant) => "--tenant",
        nameof(SourceDefinition.TokenFile) => "--token-file",
        nameof(SourceDefinition.PollInterval) => "--poll",
        nameof(SourceDefinition.AllowedHosts) => "--allow-host",
        _ => field,
    };

    private static SourceDefinition Read(ParseResult call, string name)
    {
        var kind = call.GetRequiredValue(Kind);
        var path = call.GetValue(LogPath);
        return new()
        {
            Id = SourceNames.NoId,
            Name = name,
            Kind = kind,
            Address = kind == "directory" ? (path is null ? "" : Path.GetFullPath(path)) : call.GetValue(Url) ?? "",
            Tenant = call.GetValue(Tenant),
            TokenFile = call.GetValue(TokenFile) is { } file ? Path.GetFullPath(file) : null,
            AllowedHosts = call.GetValue(AllowHosts) ?? [],
            PollInterval = call.GetValue(Poll) is { } poll ? TimeText.Span("--poll", poll) : TimeSpan.FromSeconds(30),
            Filter = new()
            {
                Projects = call.GetValue(Projects) ?? [],
                Pipelines = call.GetValue(Pipelines) ?? [],
                Jobs = call.GetValue(Jobs) ?? [],
                Branches = call.GetValue(Branches) ?? [],
                Results = call.GetValue(Results) ?? [],
                Files = call.GetValue(Files) ?? [],
                Since = call.GetValue(Since) is { } since ? TimeText.Instant("--since", since, DateTimeOffset.UtcNow) : null,
            },
        };
    }

    private static Option<string?> Text(string name, string value, string description) =>
        new(name) { Description = description, HelpName = value };

    private static Option<string[]> Many(string name, string description) =>
        new(name) { Description = description, HelpName = name[2..].ToUpperInvariant(), Arity = ArgumentArity.ZeroOrMore };
}
