using System.Text.RegularExpressions;

namespace Granary.Elastic.Writing;

/// <summary>What the engine said of one document that it did not take.</summary>
/// <param name="Position">Which of the request's documents, from 0.</param>
/// <param name="Status">The item's status.</param>
/// <param name="Type">The engine's name of the error.</param>
/// <param name="Reason">Its words.</param>
internal readonly partial record struct BulkFailure(int Position, int Status, string Type, string Reason)
{
    private const int LongestCause = 500;

    /// <summary>True where the same document can be taken later.</summary>
    internal bool IsTransient => Status is 429 or >= 500;

    /// <summary>Name and words.</summary>
    internal string Said => Type.Length > 0 ? $"{Type}: {Reason}" : Reason;

    /// <summary>Name and words without what differs from document to document.</summary>
    internal string Cause
    {
        get
        {
            var text = (this with { Reason = OfOneDocument().Replace(Reason, "") }).Said;
            return text.Length <= LongestCause ? text : text[..LongestCause];
        }
    }

    [GeneratedRegex(@" in document with id '[^']*'|\.? Preview of field's value: '.*?'(?=$|:)|: For input string: "".*?""", RegexOptions.Singleline)]
    private static partial Regex OfOneDocument();
}
