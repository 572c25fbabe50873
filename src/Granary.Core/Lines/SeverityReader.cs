using Granary.Core.Model;

namespace Granary.Core.Lines;

/// <summary>Reads how grave a line says it is.</summary>
public static class SeverityReader
{
    public static Severity Of(ReadOnlySpan<byte> line) => Severity.None;
}
