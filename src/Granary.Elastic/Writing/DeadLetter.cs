namespace Granary.Elastic.Writing;

/// <summary>A document that the engine refused for good, as it is kept.</summary>
/// <param name="Index">Where it should have gone.</param>
/// <param name="Id">Its id.</param>
/// <param name="Status">The item's status.</param>
/// <param name="Reason">The engine's words.</param>
/// <param name="Document">The document, JSON.</param>
public sealed record DeadLetter(string Index, string Id, int Status, string Reason, string Document);
