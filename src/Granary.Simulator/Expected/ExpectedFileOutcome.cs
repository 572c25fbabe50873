namespace Granary.Simulator.Expected;

/// <summary>What must come of a file.</summary>
public enum ExpectedFileOutcome
{
    /// <summary>Every line is indexed.</summary>
    Whole,

    /// <summary>Its stored gzip ends in the middle: a prefix of its lines can be had.</summary>
    Truncated,

    /// <summary>The manifest names it, the log store answers 404.</summary>
    Missing,

    /// <summary>It is not text.</summary>
    NotText,

    /// <summary>A zip bomb: refused, or read whole where the limits allow.</summary>
    Bomb,
}
