namespace Granary.Simulator.Faults;

/// <summary>
/// What goes wrong, as rates from 0 (never) to 1 (always). Faults of a request are decided by the number of the request, those
/// of a build, file or line by seed and place, so that they are the same in each run.
/// </summary>
public sealed record SimulatorFaults
{
    /// <summary>Nothing goes wrong.</summary>
    public static SimulatorFaults None { get; } = new();

    /// <summary>Of requests for a page of builds: one to five new, finished builds appear before the answer.</summary>
    public double ShiftedPages { get; init; }

    /// <summary>How many builds <see cref="ShiftedPages"/> may add in all.</summary>
    public int ShiftedBuildsLimit { get; init; } = 1000;

    /// <summary>
    /// Of builds: they finish <see cref="LateBy"/> (0.2 to 1 of it) later than their neighbours, those of the backlog after the
    /// epoch.
    /// </summary>
    public double LateFinishers { get; init; }

    /// <summary>How late a late finisher is, in simulated time.</summary>
    public TimeSpan LateBy { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Of builds: their final update failed, they stay running for ever.</summary>
    public double NeverFinishing { get; init; }

    /// <summary>Of finished builds: <c>log_url</c> is null.</summary>
    public double NullLogUrls { get; init; }

    /// <summary>Of builds: the whole log folder answers 404.</summary>
    public double MissingLogs { get; init; }

    /// <summary>Of files that the manifest names: they answer 404.</summary>
    public double MissingFiles { get; init; }

    /// <summary>Of builds: no manifest, neither as an artifact nor in the log folder; such a build has a console log only.</summary>
    public double NoManifests { get; init; }

    /// <summary>Of files stored or sent as gzip: the stored bytes end in the middle.</summary>
    public double TruncatedGzip { get; init; }

    /// <summary>
    /// Of builds: a further log <c>logs/repeated.txt.gz</c> of <see cref="ZipBombBytes"/> with a ratio of about a thousand.
    /// </summary>
    public double ZipBombs { get; init; }

    /// <summary>Decoded bytes of a zip bomb.</summary>
    public long ZipBombBytes { get; init; } = 256L << 20;

    /// <summary>Of builds: a further file <c>logs/console.log</c>, called text by the manifest, that is not.</summary>
    public double BinaryLogs { get; init; }

    /// <summary>Of builds: the first reading of each log is cut, and the next one finds another content (and another ETag).</summary>
    public double ChangingLogs { get; init; }

    /// <summary>Of requests: 429 with <c>Retry-After</c>, in turn as seconds and as an HTTP date.</summary>
    public double TooManyRequests { get; init; }

    /// <summary>What <c>Retry-After</c> asks for; whole seconds.</summary>
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Of requests: 500, 502 or 503.</summary>
    public double ServerErrors { get; init; }

    /// <summary>Of answers: the body comes in pieces with <see cref="SlowPause"/> between them.</summary>
    public double SlowBodies { get; init; }

    /// <summary>The pause of a slow body before each 16 KiB, by the options' clock.</summary>
    public TimeSpan SlowPause { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>Of answers: fewer bytes than <c>Content-Length</c> says, then the connection is aborted.</summary>
    public double CutBodies { get; init; }

    /// <summary>Of text files: they begin with a byte order mark.</summary>
    public double ByteOrderMarks { get; init; }

    /// <summary>Of text files: lines end with CR LF.</summary>
    public double CrLf { get; init; }

    /// <summary>Of text files: some lines are progress rewritten by CR.</summary>
    public double CarriageReturns { get; init; }

    /// <summary>Of text files: some lines hold ANSI sequences.</summary>
    public double AnsiSequences { get; init; }

    /// <summary>Of text files: some lines hold invalid UTF-8.</summary>
    public double InvalidUtf8 { get; init; }

    /// <summary>Of text files: some lines hold U+0085 or U+2028, which end no line.</summary>
    public double LineSeparators { get; init; }

    /// <summary>Of text files: some lines are empty.</summary>
    public double EmptyLines { get; init; }

    /// <summary>Of text files: the last line has no LF.</summary>
    public double NoFinalLineFeed { get; init; }

    /// <summary>Of text files: some lines hold a well-known fake secret, whose expected text is the mask of eight asterisks.</summary>
    public double Secrets { get; init; }

    /// <summary>Of the lines of a file chosen above: how many are odd.</summary>
    public double OddLineShare { get; init; } = 0.02;

    /// <summary>Of text files: some lines are <see cref="LongLineBytes"/> long (files too small are made large enough).</summary>
    public double LongLines { get; init; }

    /// <summary>Of the lines of a file with long lines: how many are long; 1 makes all of them long.</summary>
    public double LongLineShare { get; init; } = 0.0005;

    /// <summary>Length of a long line in normalised bytes; at most 2,000,000.</summary>
    public int LongLineBytes { get; init; } = 1_000_000;
}
