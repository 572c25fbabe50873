namespace Granary.Core.Model;

/// <summary>One run of a job, as the CI describes it.</summary>
public sealed record Build
{
    public required BuildKey Key { get; init; }

    /// <summary>The job's name; for a directory source the first folder below the root, or the file's name.</summary>
    public required string Job { get; init; }

    public string? Project { get; init; }

    public string? Pipeline { get; init; }

    public string? Branch { get; init; }

    /// <summary>The change under test, as the CI writes it: <c>908952,1</c>, a commit, a pull request's number.</summary>
    public string? Change { get; init; }

    /// <summary>The CI's own word: SUCCESS, FAILURE, …; null while the build runs.</summary>
    public string? Result { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>The build's page at the CI, for people; null where there is none.</summary>
    public string? Url { get; init; }

    /// <summary>Where the log files are found; null for a build without logs.</summary>
    public string? LogUrl { get; init; }

    /// <summary>False while the build runs: it is then kept in <c>open</c> and looked at again.</summary>
    public required bool Finished { get; init; }

    /// <summary>The place in the source's order of builds, see <see cref="Cursors.IntervalSet"/>.</summary>
    public long Position { get; init; }

    /// <summary>
    /// What tells two contents under one key apart, for sources whose finished builds can change (a directory: size and
    /// modification time); empty elsewhere. A build whose receipt has another version is read again as a new generation.
    /// </summary>
    public string Version { get; init; } = "";

    /// <summary>The <c>label:value</c> pairs that a query can ask for besides the named fields.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = NoLabels;

    private static readonly Dictionary<string, string> NoLabels = [];
}
