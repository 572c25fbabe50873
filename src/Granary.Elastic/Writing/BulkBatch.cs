namespace Granary.Elastic.Writing;

/// <summary>A request's body with the list of what is in it.</summary>
/// <param name="index">The index in the request's address: actions that name none go there.</param>
internal sealed class BulkBatch(string index) : IDisposable
{
    internal string Index { get; } = index;

    internal BodyBuffer Body { get; } = new();

    internal BulkItems Items { get; } = new();

    /// <summary>The bytes of an item.</summary>
    internal ReadOnlySpan<byte> Read(in BulkItem item) => Body.Read(item.Piece, item.Start, item.Length);

    /// <summary>Copies an item of another batch of the same index.</summary>
    internal void Copy(BulkBatch other, in BulkItem item)
    {
        other.Read(item).CopyTo(Body.Reserve(item.Length));
        Items.Add(item with { Piece = Body.Piece, Start = Body.Position });
        Body.Advance(item.Length);
    }

    public void Dispose()
    {
        Body.Dispose();
        Items.Dispose();
    }
}
