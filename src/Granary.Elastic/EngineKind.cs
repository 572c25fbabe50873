namespace Granary.Elastic;

/// <summary>Which engine answers.</summary>
public enum EngineKind
{
    OpenSearch,
    Elasticsearch,
}
