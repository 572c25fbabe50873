namespace Granary.Core.Search;

/// <summary>What the index itself holds of one generation of a build, found by reading it.</summary>
/// <param name="Files">By path: entries, bytes (line ends included), and the chain over the chunks' hashes in order.</param>
/// <param name="OtherGenerations">Entries of other generations that are still visible: must be 0 once a receipt stands.</param>
public sealed record BuildContents(IReadOnlyDictionary<string, FileContents> Files, long OtherGenerations)
{
    public long Entries => Files.Values.Sum(file => file.Entries);
}
