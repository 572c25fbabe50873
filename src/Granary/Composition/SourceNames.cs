using Granary.Core.Model;
using Granary.Core.Ports;
using Granary.Sources;

namespace Granary.Composition;

/// <summary>Finds sources by what people call them.</summary>
internal static class SourceNames
{
    /// <summary>Stands in for the id of a source that has none yet.</summary>
    public const string NoId = "new";

    /// <exception cref="UserException">No source has this name or id.</exception>
    public static SourceDefinition Find(IReadOnlyList<SourceDefinition> sources, string name) =>
        TryFind(sources, name) ?? throw new UserException(Unknown(sources, name));

    /// <summary>Null if no source has this name or id.</summary>
    public static SourceDefinition? TryFind(IReadOnlyList<SourceDefinition> sources, string name) =>
        sources.FirstOrDefault(source => string.Equals(source.Name, name, StringComparison.OrdinalIgnoreCase))
        ?? sources.FirstOrDefault(source => source.Id == name);

    public static string Unknown(IReadOnlyList<SourceDefinition> sources, string name) => sources.Count == 0
        ? $"there is no source '{name}'; none is configured"
        : $"there is no source '{name}'; there are: {string.Join(", ", sources.Select(source => source.Name))}";

    /// <summary>
    /// An id made of the name of a source to be added: lower-case letters, digits and <c>-</c>, unlike every id in use, and unlike
    /// that of a source removed since of which receipts or pending builds are still there: its builds are others. What was removed and
    /// is added again gets its id back, and goes on where it was.
    /// </summary>
    /// <param name="state">Has the receipts and the pending builds.</param>
    /// <param name="sources">All that are there or about to be.</param>
    /// <param name="added">The source; its id does not matter.</param>
    /// <param name="cancellation">Ends it.</param>
    public static async Task<string> NewIdAsync(
        IStateStore state, IReadOnlyCollection<SourceDefinition> sources, SourceDefinition added, CancellationToken cancellation)
    {
        foreach (var id in Ids(added.Name))
        {
            if (sources.All(source => source.Id != id)
                && (await AnyReceiptAsync(state, id, cancellation) is not { } receipt || SourceOrigin.IsOf(receipt.Build, added))
                && (await AnyPendingAsync(state, id, cancellation) is not { } pending || SourceOrigin.IsOf(pending, added)))
            {
                return id;
            }
        }

        throw new InvalidOperationException("ids never end");
    }

    private static IEnumerable<string> Ids(string name)
    {
        var plain = string.Concat(name.ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-')).Trim('-');
        plain = plain.Length == 0 ? "source" : plain;
        yield return plain;
        for (var n = 2; ; n++)
        {
            yield return $"{plain}-{n}";
        }
    }

    /// <summary>One that tells where its build came from, if there is one.</summary>
    private static async Task<Receipt?> AnyReceiptAsync(IStateStore state, string id, CancellationToken cancellation)
    {
        Receipt? any = null;
        await foreach (var receipt in state.ReadReceiptsAsync(new() { Source = id }, cancellation))
        {
            any = receipt;
            if (Tells(receipt.Build))
            {
                break;
            }
        }

        return any;
    }

    /// <summary>As <see cref="AnyReceiptAsync"/>, of the builds that wait to be read, or are half read.</summary>
    private static async Task<Build?> AnyPendingAsync(IStateStore state, string id, CancellationToken cancellation)
    {
        var rows = await state.ReadPendingAsync(id, DateTimeOffset.MaxValue, int.MaxValue, new HashSet<BuildKey>(), cancellation);
        return rows.Select(row => row.Build).OrderByDescending(Tells).FirstOrDefault();
    }

    private static bool Tells(Build build) => build.Url is not null || build.LogUrl is not null;
}
