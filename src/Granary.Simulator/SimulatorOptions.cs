using Granary.Simulator.Faults;

namespace Granary.Simulator;

/// <summary>
/// What the simulated CI is. Everything it says follows from <see cref="Seed"/>, <see cref="Epoch"/> and these numbers;
/// two simulators with the same options say the same bytes (only the port in log addresses differs).
/// </summary>
public sealed record SimulatorOptions
{
    /// <summary>The seed of everything.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Port on loopback; 0 takes a free one.</summary>
    public int Port { get; init; }

    /// <summary>The only tenant there is.</summary>
    public string Tenant { get; init; } = "example";

    /// <summary>The age of the API.</summary>
    public ApiGeneration Generation { get; init; } = ApiGeneration.Current;

    /// <summary>With a token, API requests without <c>Authorization: Bearer</c> and this token answer 401.</summary>
    public string? BearerToken { get; init; }

    /// <summary>Builds in all that the timeline brings, the backlog among them. Builds added by hand come on top.</summary>
    public long Builds { get; init; } = 100;

    /// <summary>Builds that exist when the simulator starts; null: all of <see cref="Builds"/>.</summary>
    public long? BacklogBuilds { get; init; }

    /// <summary>New builds a second of simulated time, after the backlog, until there are <see cref="Builds"/>.</summary>
    public double BuildsPerSecond { get; init; } = 1;

    /// <summary>Over how long before <see cref="Epoch"/> the backlog's starts are spread.</summary>
    public TimeSpan BacklogSpan { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Median run time of a build of the backlog.</summary>
    public TimeSpan BacklogDuration { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Median run time of a build that starts after the epoch.</summary>
    public TimeSpan LiveDuration { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The simulated time of the start; null: the clock's time then. Set it where bytes must repeat.</summary>
    public DateTimeOffset? Epoch { get; init; }

    /// <summary>The clock; simulated time runs <see cref="ClockSpeed"/> times as fast.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Simulated seconds in a second of the clock.</summary>
    public double ClockSpeed { get; init; } = 1;

    /// <summary>Median size of a build's console log in decoded bytes; sizes spread from a fifth to about eight times that.</summary>
    public long LogBytesMedian { get; init; } = 60_000;

    /// <summary>Share (0 to 1) of builds with a whole tree: folders, empty files, an image, odd names.</summary>
    public double TreeRate { get; init; } = 0.1;

    /// <summary>
    /// Share (0 to 1) of console logs stored as <c>job-output.txt.gz</c>; half of those are sent with <c>Content-Encoding</c>.
    /// </summary>
    public double StoredGzipRate { get; init; } = 0.1;

    /// <summary>Share (0 to 1) of the other logs that are sent with <c>Content-Encoding: gzip</c> whatever the client accepts.</summary>
    public double ContentEncodingRate { get; init; } = 0.2;

    /// <summary>What goes wrong.</summary>
    public SimulatorFaults Faults { get; init; } = SimulatorFaults.None;
}
