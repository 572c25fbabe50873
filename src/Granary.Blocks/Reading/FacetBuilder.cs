using Granary.Core.Search;

namespace Granary.Blocks.Reading;

/// <summary>Counts hits by the values of one field. What a log's entries share is counted by the chunk, severities entry by entry.</summary>
internal sealed class FacetBuilder(SearchRun run, string field)
{
    private readonly FacetCounts counts = new();
    private long total;

    /// <summary>Counts the next chunk; false when there is none left.</summary>
    public bool Next()
    {
        if (field == FacetFields.Severity)
        {
            return run.ScanNext(Visit);
        }

        var found = run.CountNext();
        if (found > 0)
        {
            total += found;
            if (FacetFields.ValueOf(field, run.Text.Log.Build, run.Text.Log.File, default) is { } value)
            {
                counts.Add(value, found);
            }
        }

        return found >= 0;
    }

    public Facets Build(int limit, bool exact) => counts.Build(limit, total, exact && run.IsExact) with { Damages = run.TakeDamages() };

    private void Visit(HitPlace place)
    {
        total++;
        var severity = place.View.SeverityOf(place.View.EntryAt(place.Start));
        counts.Add(FacetFields.ValueOf(field, place.View.Log.Build, place.View.Log.File, severity)!, 1);
    }
}
