namespace Granary.Simulator.Logs;

/// <summary>What a generated file is made of.</summary>
internal enum LogKind
{
    /// <summary>Zuul's console: time, host, text.</summary>
    Console,

    /// <summary>A system log: classic time stamp, host, process.</summary>
    Syslog,

    /// <summary>Tool output without any prefix.</summary>
    Plain,

    /// <summary>One line over and over: the inside of a zip bomb.</summary>
    Repeated,

    /// <summary>Bytes that are no text.</summary>
    Binary,

    /// <summary>Bytes given by a test.</summary>
    Scripted,
}
