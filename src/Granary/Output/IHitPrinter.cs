using Granary.Core.Search;

namespace Granary.Output;

/// <summary>Shows the answers of a search in one form.</summary>
internal interface IHitPrinter
{
    void Hit(LineHit hit);

    void End(SearchSummary summary);
}
