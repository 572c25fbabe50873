namespace Granary.Core.Queries.Requirements;

/// <summary>Nothing is required.</summary>
public sealed record AnyLineRequirement : Requirement
{
    public static AnyLineRequirement Instance { get; } = new();
}
