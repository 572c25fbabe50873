using Granary.Blocks.Format;

namespace Granary.Blocks.Writing;

/// <summary>A page of logs that cannot be read, and the builds that have logs on it and are not read again yet.</summary>
internal sealed record LostPage(PageEntry Entry, IReadOnlyList<ulong> Builds);
