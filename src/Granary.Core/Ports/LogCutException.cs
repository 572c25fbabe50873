using Granary.Core.Model;

namespace Granary.Core.Ports;

/// <summary>The log's own bytes end too early, are damaged, or pass a bound; the bytes before are good and are kept.</summary>
public sealed class LogCutException : IOException
{
    public LogCutException(FileStatus status, string message, Exception? inner = null)
        : base(message, inner) => Status = status;

    /// <summary>
    /// <see cref="FileStatus.Truncated"/>, <see cref="FileStatus.Refused"/>, or <see cref="FileStatus.Skipped"/> where the first
    /// bytes show that the file is not text (then none was given).
    /// </summary>
    public FileStatus Status { get; }
}
