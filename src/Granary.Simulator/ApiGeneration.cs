namespace Granary.Simulator;

/// <summary>Which age of Zuul's REST API the simulator speaks.</summary>
public enum ApiGeneration
{
    /// <summary>Zuul 14: nested <c>ref</c>, <c>idx_min</c>/<c>idx_max</c>, <c>build-times</c>.</summary>
    Current,

    /// <summary>
    /// From December 2021: <c>_id</c> and <c>idx_max</c>, no <c>build-times</c>, <c>ref</c> a string with its siblings at the top.
    /// </summary>
    Idx,

    /// <summary>
    /// Before: no <c>_id</c>, unknown query parameters (also <c>idx_max</c>) are ignored, some skipped builds have no uuid.
    /// </summary>
    Old,
}
