using System.Text;
using Granary.Core.Queries;
using Granary.Core.Search;

namespace Granary.Blocks.Tests;

/// <summary>An index in a folder of its own, deleted afterwards.</summary>
internal sealed class IndexFixture : IDisposable
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("granary-blocks-").FullName;

    public BlockIndexOptions Options => new() { Folder = Folder, FreeDiskFloor = 0, MergeFactor = 0 };

    public IReadOnlyList<string> SegmentFiles =>
        [.. Directory.EnumerateFiles(Path.Combine(Folder, "segments"), "*.seg").Order(StringComparer.Ordinal)];

    public BlockIndexWriter OpenWriter() => BlockIndexWriter.Open(Options);

    public async Task<List<SearchEvent>> EventsAsync(SearchRequest request)
    {
        await using var index = BlockIndex.Open(Folder);
        return await index.SearchAsync(request, CancellationToken.None).ToListAsync();
    }

    public async Task<List<LineHit>> SearchAsync(QueryNode query, int limit = 0) =>
        [.. (await EventsAsync(new SearchRequest { Query = query, Limit = limit })).OfType<LineHit>()];

    /// <summary>The text of each hit.</summary>
    public async Task<List<string>> LinesAsync(QueryNode query) =>
        [.. (await SearchAsync(query)).Select(hit => Encoding.UTF8.GetString(hit.Line.Text.Span))];

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
