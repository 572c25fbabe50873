namespace Granary.Cluster;

/// <summary>Writes the chunks of one stream; the key is the stream's.</summary>
public interface IIndexerGrain : IGrainWithStringKey;
