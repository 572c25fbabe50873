using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Granary.Core.Lines;
using Granary.Core.Ports;
using Granary.Core.Search;
using Granary.Elastic.Http;

namespace Granary.Elastic.Searching;

/// <summary>Reads all lines of a build in order and hashes them as they were when they were written.</summary>
internal sealed class ContentsReader(ElasticClient client, EngineInfo engine, IndexNames names)
{
    private const int FirstPage = 1000;
    private const int LargestPage = 10_000;
    private const int PageBytes = 16 * 1024 * 1024;

    /// <summary>About what a line takes in an answer beside its text.</summary>
    private const int EntryBytes = 300;

    /// <summary>Every file of one generation of a build.</summary>
    /// <exception cref="IndexUnavailableException">Not all of it can be read.</exception>
    internal async Task<IReadOnlyDictionary<string, FileContents>> ReadAsync(JsonObject query, CancellationToken cancellation)
    {
        await using var view = await PointInTime.OpenAsync(client, engine.Kind, names.AllLines, cancellation).ConfigureAwait(false);
        using var files = new Files();
        JsonArray? after = null;
        for (var size = FirstPage; ;)
        {
            using var page = await PageAsync(view, query, after, size, cancellation).ConfigureAwait(false);
            var hits = page.RootElement.GetProperty("hits").GetProperty("hits");
            var count = hits.GetArrayLength();
            var isLast = count < size;

            // Lines of one place can only be told apart by their ids, which engines do not sort by: a page never ends between two.
            var kept = isLast ? count : WithoutLastPlace(hits, count);
            var bytes = 0L;
            foreach (var hit in hits.EnumerateArray().Take(kept))
            {
                bytes += files.Add(hit.GetProperty("_source")) + EntryBytes;
            }

            if (isLast)
            {
                return files.Finish();
            }

            after = JsonArray.Create(hits[kept - 1].GetProperty("sort").Clone())!;
            while (after.Count > 3)
            {
                after.RemoveAt(3);
            }

            size = (int)Math.Clamp(PageBytes * kept / bytes, 100, LargestPage);
        }
    }

    private async Task<JsonDocument> PageAsync(PointInTime? view, JsonObject query, JsonArray? after, int size, CancellationToken cancellation)
    {
        var body = new JsonObject
        {
            ["query"] = query.DeepClone(),
            ["size"] = size,
            ["sort"] = new JsonArray(FieldNames.LogOrder, FieldNames.Line, LineReader.ByPart("asc")),
            ["_source"] = new JsonArray(FieldNames.File, FieldNames.Line, FieldNames.Part, FieldNames.Message),
            ["track_total_hits"] = false,
        };
        if (after is not null)
        {
            body["search_after"] = after.DeepClone();
        }

        var path = view is null ? $"{names.AllLines}/_search?ignore_unavailable=true" : "_search";
        var page = await client.JsonAsync(
            HttpMethod.Post, path, view?.Ask(body) ?? body, "read lines", cancellation, client.Options.LongTimeout).ConfigureAwait(false);
        var root = page.RootElement;
        if (root.GetProperty("_shards").GetProperty("failed").GetInt32() > 0 || root.GetProperty("timed_out").GetBoolean())
        {
            page.Dispose();
            throw new IndexUnavailableException("a shard does not answer: the build cannot be read in full");
        }

        return page;
    }

    private static int WithoutLastPlace(JsonElement hits, int count)
    {
        var last = PlaceOf(hits[count - 1]);
        var kept = count - 1;
        while (kept > 0 && PlaceOf(hits[kept - 1]) == last)
        {
            kept--;
        }

        return kept > 0 ? kept : count;
    }

    private static (string, string, string) PlaceOf(JsonElement hit)
    {
        var sort = hit.GetProperty("sort");
        return (sort[0].GetRawText(), sort[1].GetRawText(), sort[2].GetRawText());
    }

    /// <summary>What is read so far; files come one after the other.</summary>
    private sealed class Files : IDisposable
    {
        private readonly Dictionary<string, FileContents> read = [];
        private readonly ContentChain chain = new();
        private string? file;
        private long entries;
        private long bytes;

        /// <summary>Takes the next line and tells its bytes.</summary>
        internal int Add(JsonElement source)
        {
            var path = SourceFields.Find(source, FieldNames.File).GetString()!;
            if (path != file)
            {
                End();
                file = path;
            }

            var text = Encoding.UTF8.GetBytes(SourceFields.Find(source, FieldNames.Message).GetString()!);
            if (text.Length <= Core.Chunks.Chunk.MaxEntryBytes)
            {
                chain.Add(text);
            }

            entries++;
            bytes += text.Length + 1;
            return text.Length;
        }

        internal Dictionary<string, FileContents> Finish()
        {
            End();
            return read;
        }

        public void Dispose() => chain.Dispose();

        private void End()
        {
            if (file is not null)
            {
                var hash = chain.Finish();
                var had = read.GetValueOrDefault(file);
                read[file] = had is null ? new(entries, bytes, hash) : new(had.Entries + entries, had.Bytes + bytes, hash);
            }

            (entries, bytes) = (0, 0);
        }
    }
}
