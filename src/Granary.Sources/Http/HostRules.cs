using System.Net;
using System.Net.Sockets;
using Granary.Core.Model;
using Granary.Core.Ports;

namespace Granary.Sources.Http;

/// <summary>
/// Which hosts a source may be led to. Names are checked before a request, addresses when the connection is made, so that a
/// name that resolves to the machine itself gains nothing.
/// </summary>
internal sealed class HostRules
{
    private readonly string ownHost;
    private readonly IReadOnlyList<string> allowed;
    private readonly bool allowLoopback;
    private readonly HashSet<IPAddress> namedAddresses = [];

    public HostRules(Uri own, IReadOnlyList<string> allowedHosts, bool allowLoopback)
    {
        ownHost = Plain(own.Host);
        allowed = [.. allowedHosts.Select(host => host.Trim().ToLowerInvariant())];
        this.allowLoopback = allowLoopback;
        foreach (var host in allowed.Select(WithoutPort).Append(ownHost))
        {
            if (IPAddress.TryParse(Plain(host), out var address))
            {
                namedAddresses.Add(address);
            }
        }
    }

    public static HostRules For(SourceDefinition definition, SourceOptions options) =>
        new(new(definition.Address), definition.AllowedHosts, options.AllowLoopback);

    /// <exception cref="CiException">Refused.</exception>
    public void Check(Uri address)
    {
        var host = Plain(address.Host);
        var why = address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps ? "is not an http address"
            : !IsNamed(host, address.Port) ? $"is on a host that the source does not allow (--allow-host {address.Host})"
            : IPAddress.TryParse(host, out var literal) && !IsAllowed(host, literal) ? "is a loopback, link-local or multicast address"
            : null;
        if (why is not null)
        {
            throw new CiException($"{Addresses.Shown(address)} {why}") { Refused = true };
        }
    }

    /// <summary>Whether a connection to <paramref name="host"/> may go to what its name resolved to.</summary>
    public bool IsAllowed(string host, IPAddress resolved)
    {
        var address = resolved.IsIPv4MappedToIPv6 ? resolved.MapToIPv4() : resolved;
        return allowLoopback
            || !IsSpecial(address)
            || namedAddresses.Contains(address)
            || (IPAddress.IsLoopback(address) && Plain(host) is "localhost");
    }

    private bool IsNamed(string host, int port) =>
        host == ownHost || allowed.Any(entry => Matches(entry, host, port));

    private static bool Matches(string entry, string host, int port) =>
        entry == host
        || entry == $"{host}:{port}"
        || entry == $"[{host}]"
        || entry == $"[{host}]:{port}"
        || (entry.StartsWith("*.", StringComparison.Ordinal) && host.EndsWith(entry[1..], StringComparison.Ordinal));

    private static bool IsSpecial(IPAddress address) =>
        IPAddress.IsLoopback(address)
        || address.Equals(IPAddress.Any)
        || address.Equals(IPAddress.IPv6Any)
        || address.IsIPv6LinkLocal
        || address.IsIPv6Multicast
        || (address.AddressFamily == AddressFamily.InterNetwork && IsSpecialV4(address));

    private static bool IsSpecialV4(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[4];
        _ = address.TryWriteBytes(bytes, out _);
        return bytes[0] == 0 || bytes[0] >= 224 || (bytes[0] == 169 && bytes[1] == 254);
    }

    private static string WithoutPort(string entry)
    {
        var colon = entry.LastIndexOf(':');
        var bracket = entry.LastIndexOf(']');
        return colon > bracket && (bracket >= 0 || entry.IndexOf(':', StringComparison.Ordinal) == colon) ? entry[..colon] : entry;
    }

    private static string Plain(string host) => host.Trim('[', ']').TrimEnd('.').ToLowerInvariant();
}
