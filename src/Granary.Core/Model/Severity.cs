namespace Granary.Core.Model;

/// <summary>How grave a line says it is; the order is that of <c>severity&gt;=error</c>. Values are stored: never renumber.</summary>
public enum Severity : byte
{
    /// <summary>The line carries no mark.</summary>
    None = 0,
    Trace = 1,
    Debug = 2,
    Info = 3,
    Notice = 4,
    Warning = 5,
    Error = 6,
    Critical = 7,
}
