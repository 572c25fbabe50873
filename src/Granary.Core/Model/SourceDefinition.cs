using System.Text.Json.Serialization;

namespace Granary.Core.Model;

/// <summary>One configured CI endpoint.</summary>
public sealed record SourceDefinition
{
    /// <summary>Immutable; part of every build's key. Made once from the first name (lower-case, digits, <c>-</c>).</summary>
    public required string Id { get; init; }

    /// <summary>What people call it; unique among the sources.</summary>
    public required string Name { get; init; }

    /// <summary><c>zuul</c>, <c>directory</c>, …</summary>
    public required string Kind { get; init; }

    /// <summary>The API's base address, or the absolute path of a directory.</summary>
    public required string Address { get; init; }

    /// <summary>Zuul's tenant; null elsewhere.</summary>
    public string? Tenant { get; init; }

    public SourceFilter Filter { get; init; } = new();

    /// <summary>How often the CI is asked for new builds.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Hosts (<c>name</c> or <c>name:port</c>) that logs may be fetched from besides the address's own.</summary>
    public IReadOnlyList<string> AllowedHosts { get; init; } = [];

    /// <summary>A file with the bearer token; read when needed, never stored, never shown.</summary>
    public string? TokenFile { get; init; }

    /// <summary>Requests under way at once at each host of this source.</summary>
    public int MaxConnections { get; init; } = 8;

    /// <summary>True: nothing is collected until resumed.</summary>
    public bool Paused { get; init; }

    /// <summary>Set by <c>remove --purge-later</c>: collected no more, its lines to be deleted by a later purge.</summary>
    public bool PurgeLater { get; init; }

    [JsonIgnore]
    public bool IsCollected => !Paused && !PurgeLater;
}
