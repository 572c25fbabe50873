namespace Granary.Cluster;

/// <summary>Waits for a permit to send one request to a host; to be disposed of when the answer was read.</summary>
/// <param name="host">The host's name.</param>
/// <param name="limit">Requests that the host is to have at once, from all silos; 1 or more.</param>
/// <param name="cancellation">Ends the wait.</param>
public delegate ValueTask<IDisposable> EnterHost(string host, int limit, CancellationToken cancellation);
