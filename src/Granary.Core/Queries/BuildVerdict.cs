namespace Granary.Core.Queries;

/// <summary>What a query's fields say of a log before any line is read.</summary>
public enum BuildVerdict
{
    /// <summary>No line can match.</summary>
    NoLine,

    /// <summary>Every line matches.</summary>
    EveryLine,

    /// <summary>The lines decide.</summary>
    SomeLines,
}
