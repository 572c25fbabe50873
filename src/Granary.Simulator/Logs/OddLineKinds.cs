namespace Granary.Simulator.Logs;

/// <summary>Which odd lines a file holds.</summary>
[Flags]
internal enum OddLineKinds
{
    None = 0,
    Progress = 1,
    Ansi = 2,
    InvalidUtf8 = 4,
    Separators = 8,
    Empty = 16,
    Secrets = 32,
}
