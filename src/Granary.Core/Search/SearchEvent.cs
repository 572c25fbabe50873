namespace Granary.Core.Search;

/// <summary>What a search yields: hits as they are found, in order, damage where it is met, and one summary at the end.</summary>
public abstract record SearchEvent;
