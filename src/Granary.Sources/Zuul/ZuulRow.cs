using Granary.Core.Model;

namespace Granary.Sources.Zuul;

/// <summary>One row of <c>builds</c>. <see cref="Build.Position"/> is set by the walk.</summary>
/// <param name="Id">The database's ascending id; null where the API is too old to give it (before 2021-12).</param>
internal sealed record ZuulRow(long? Id, string? Uuid, Build Build);
