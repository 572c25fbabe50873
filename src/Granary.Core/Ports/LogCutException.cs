using Granary.Core.Model;

namespace Granary.Core.Ports;

/// <summary>The log's own bytes end too early, are damaged, or pass a bound; the bytes before are good and are kept.</summary>
public sealed class LogCutException : IOException
{
    public LogCutException(FileStatus status, string message, Exception? inner = null)
        : base(message, inner) => Status = status;

    /// <summary><see cref="FileStatus.Truncated"/> or <see cref="FileStatus.Refused"/>.</summary>
    public FileStatus Status { get; }
}
