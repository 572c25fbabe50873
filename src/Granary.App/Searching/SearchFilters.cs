namespace Granary.App.Searching;

/// <summary>What narrows a query besides its text; each part is the same as the query's field of that name.</summary>
public sealed record SearchFilters
{
    public static readonly SearchFilters None = new();

    /// <summary>Sources by name or id; alternatives.</summary>
    public IReadOnlyList<string> Sources { get; init; } = [];

    /// <summary>Jobs, <c>*</c> for any characters; alternatives.</summary>
    public IReadOnlyList<string> Jobs { get; init; } = [];

    /// <summary>As in <c>since:</c>: <c>2d</c>, a date, an instant.</summary>
    public string? Since { get; init; }

    /// <summary>As in <c>until:</c>.</summary>
    public string? Until { get; init; }
}
