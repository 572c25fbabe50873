namespace Granary.Elastic;

/// <summary>
/// The fields of documents: Elastic Common Schema where it has a name (ecs 8: base, log), OpenTelemetry's conventions for CI/CD and
/// version control (semantic conventions 1.3x: cicd.*, vcs.*) where those have, ours elsewhere.
/// </summary>
internal static class FieldNames
{
    /// <summary>The object that holds the fields of our own.</summary>
    internal const string Own = "granary";

    internal const string Timestamp = "@timestamp";
    internal const string Message = "message";
    internal const string Level = "log.level";
    internal const string File = "log.file.path";
    internal const string Job = "cicd.pipeline.name";
    internal const string Build = "cicd.pipeline.run.id";
    internal const string Result = "cicd.pipeline.result";
    internal const string Project = "vcs.repository.name";
    internal const string Branch = "vcs.ref.head.name";
    internal const string Change = "vcs.change.id";
    internal const string Pipeline = "granary.pipeline";
    internal const string Source = "granary.source";
    internal const string Attempt = "granary.attempt";

    /// <summary>Each label as <see cref="Writing.LabelText"/> writes it.</summary>
    internal const string Labels = "granary.labels";

    /// <summary>The hash of the build's key: 16 characters of base64url.</summary>
    internal const string BuildHash = "granary.build";

    internal const string Generation = "granary.generation";

    /// <summary>The build's finish in ticks of 100 ns since year 1, UTC; -1 without one, so that it sorts last.</summary>
    internal const string Finish = "granary.finish";

    /// <summary>What orders logs among builds of one finish, see <see cref="Writing.LogOrder"/>.</summary>
    internal const string LogOrder = "granary.log";

    internal const string Line = "granary.line";
    /// <summary>The part of a long line; absent where it is 0.</summary>
    internal const string Part = "granary.part";

    /// <summary>True where the line has no time of its own, so that <see cref="Timestamp"/> is its build's finish.</summary>
    internal const string Untimed = "granary.untimed";

    /// <summary>The line's time in nanoseconds, where it lies before 1970, which <see cref="Timestamp"/> cannot hold.</summary>
    internal const string EarlyTime = "granary.early";

    /// <summary>True where the engine's tokens may not be those of the whole line: parts of long lines, and tokens too long for it.</summary>
    internal const string Long = "granary.long";

    /// <summary>The last token of a part of a long line, folded, where it ends the part: it may go on in the next.</summary>
    internal const string Tail = "granary.tail";

    /// <summary>In the builds index: <c>build</c> or <c>log</c>.</summary>
    internal const string Kind = "granary.kind";

    internal const string IndexDay = "granary.day";

    /// <summary>Of a refused document: why, without what differs from document to document.</summary>
    internal const string Cause = "granary.cause";
}
