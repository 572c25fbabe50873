using Granary.Core.Model;

namespace Granary.Core.Search;

/// <summary>What the index holds of one file.</summary>
/// <param name="Entries">Lines and further parts of long lines.</param>
/// <param name="Bytes">Normalised bytes, line ends included.</param>
/// <param name="Hash">The chain over the chunks' hashes in order; default where it is not known.</param>
public sealed record FileContents(long Entries, long Bytes, ContentHash Hash);
