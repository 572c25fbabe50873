using System.Text;

namespace Granary.Elastic.Tests.Faults;

/// <summary>What the engine was asked.</summary>
public sealed record EngineRequest(string Method, string Path, byte[] Body)
{
    /// <summary>The body as text.</summary>
    public string Text => Encoding.UTF8.GetString(Body);

    public bool IsBulk => Path.EndsWith("/_bulk", StringComparison.Ordinal);

    /// <summary>Documents of a bulk request: each has two lines.</summary>
    public int Documents => Body.AsSpan().Count((byte)'\n') / 2;
}
