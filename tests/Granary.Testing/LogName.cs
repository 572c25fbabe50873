namespace Granary.Testing;

/// <summary>A log as both the CI and the index call it.</summary>
public readonly record struct LogName(string Build, string File);
