using System.Net.Http.Headers;
using System.Text;

namespace Granary.Elastic;

/// <summary>How requests are authenticated. Never shows its secret.</summary>
public sealed class ElasticAuth
{
    private readonly string name;

    private ElasticAuth(AuthenticationHeaderValue header, string name) => (Header, this.name) = (header, name);

    internal AuthenticationHeaderValue Header { get; }

    /// <summary>A user's name and password.</summary>
    public static ElasticAuth Basic(string user, string password) =>
        new(new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"))), $"user {user}");

    /// <summary>An Elasticsearch API key in its encoded form (base64 of id and key).</summary>
    public static ElasticAuth ApiKey(string encoded) => new(new AuthenticationHeaderValue("ApiKey", encoded), "API key");

    /// <summary>A bearer token.</summary>
    public static ElasticAuth Bearer(string token) => new(new AuthenticationHeaderValue("Bearer", token), "bearer token");

    /// <summary>The kind, and the user's name; never a secret.</summary>
    public override string ToString() => name;
}
