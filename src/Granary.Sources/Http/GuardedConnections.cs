using System.Net;
using System.Net.Sockets;
using Granary.Core.Ports;

namespace Granary.Sources.Http;

/// <summary>Makes connections only to addresses that the rules allow: what a name resolves to is checked, and that is dialled.</summary>
internal sealed class GuardedConnections(HostRules rules)
{
    /// <summary>A handler that decodes nothing, follows nothing, stores no cookies and asks no proxy.</summary>
    public SocketsHttpHandler Handler(SourceOptions options, int connections) => new()
    {
        AutomaticDecompression = DecompressionMethods.None,
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        ConnectTimeout = options.ConnectTimeout,
        MaxConnectionsPerServer = connections,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        ConnectCallback = async (context, cancellation) => await ConnectAsync(context.DnsEndPoint, cancellation),
    };

    /// <exception cref="CiException">Refused: the name resolves to no allowed address.</exception>
    public async Task<Stream> ConnectAsync(DnsEndPoint target, CancellationToken cancellation)
    {
        var resolved = IPAddress.TryParse(target.Host, out var literal)
            ? [literal]
            : await Dns.GetHostAddressesAsync(target.Host, cancellation);
        var allowed = Allowed(target.Host, resolved);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, target.Port, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <exception cref="CiException">Refused: none is left.</exception>
    public IPAddress[] Allowed(string host, IPAddress[] resolved)
    {
        var allowed = Array.FindAll(resolved, address => rules.IsAllowed(host, address));
        return allowed.Length > 0 || resolved.Length == 0
            ? allowed
            : throw new CiException($"{host} resolves to {resolved[0]}, a loopback, link-local or multicast address") { Refused = true };
    }
}
