namespace Granary.Sources.Http;

/// <summary>A body came more slowly than <see cref="SourceOptions.LeastRate"/>.</summary>
internal sealed class SlowTransferException(string message) : IOException(message);
