namespace Granary.Elastic.Writing;

/// <summary>What the engine said of one document that it did not take.</summary>
/// <param name="Position">Which of the request's documents, from 0.</param>
/// <param name="Status">The item's status.</param>
/// <param name="Type">The engine's name of the error.</param>
/// <param name="Reason">Its words.</param>
internal readonly record struct BulkFailure(int Position, int Status, string Type, string Reason)
{
    /// <summary>True where the same document can be taken later.</summary>
    internal bool IsTransient => Status is 429 or >= 500;
}
