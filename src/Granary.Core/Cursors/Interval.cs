namespace Granary.Core.Cursors;

/// <summary>A closed range of positions, both ends included.</summary>
public readonly record struct Interval(long From, long To);
