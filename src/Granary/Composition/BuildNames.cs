using System.Globalization;
using Granary.Core.Model;
using Granary.Core.Ports;

namespace Granary.Composition;

/// <summary>Finds a build, or a log of one, by what the outputs call it, or by the start of the CI's id.</summary>
internal sealed class BuildNames(IStateStore state, IReadOnlyList<SourceDefinition> sources)
{
    private const int MostShown = 5;

    /// <summary><c>SOURCE/ID</c>, <c>SOURCE/ID#ATTEMPT</c>, <c>SOURCE/ID/FILE</c>, each without the source as well, or the start of an id.</summary>
    /// <returns>The receipt, and the log where the name says one.</returns>
    /// <exception cref="UserException">None, or several that the name may mean.</exception>
    public async Task<(Receipt Build, string? File)> FindAsync(string name, CancellationToken cancellation)
    {
        if (name.Length == 0)
        {
            throw new UserException("BUILD: is empty");
        }

        var started = new List<Receipt>();
        foreach (var (source, id) in Readings(name))
        {
            if (await ExactAsync(source, id, cancellation) is { } build)
            {
                return (build, null);
            }

            started.AddRange(await StartedAsync(source, id, cancellation));
        }

        foreach (var (source, id) in Readings(name))
        {
            for (var slash = id.LastIndexOf('/'); slash > 0; slash = id.LastIndexOf('/', slash - 1))
            {
                var file = id[(slash + 1)..];
                if (await ExactAsync(source, id[..slash], cancellation) is { } build && build.Files.Any(one => one.Path == file))
                {
                    return (build, file);
                }
            }
        }

        return started.Count switch
        {
            0 => throw new UserException($"BUILD: there is no build '{name}'"),
            1 => (started[0], null),
            _ => throw new UserException(
                $"BUILD: '{name}' may be {string.Join(", ", started.Take(MostShown).Select(one => one.Build.Key))}{(started.Count > MostShown ? " …" : "")}"),
        };
    }

    /// <summary>The name as an id of any source, and with its first part as the source; that may be one removed since.</summary>
    private IEnumerable<(string? Source, string Id)> Readings(string name)
    {
        yield return (null, name);
        if (name.IndexOf('/') is var slash and > 0)
        {
            yield return (SourceNames.TryFind(sources, name[..slash])?.Id ?? name[..slash], name[(slash + 1)..]);
        }
    }

    private async Task<Receipt?> ExactAsync(string? source, string name, CancellationToken cancellation)
    {
        var (id, attempt) = Parse(name);
        await foreach (var receipt in state.ReadReceiptsAsync(new() { Source = source, IdPrefix = id }, cancellation))
        {
            if (receipt.Build.Key.Id == id && (attempt is null || receipt.Build.Key.Attempt == attempt))
            {
                return receipt;
            }
        }

        return null;
    }

    private async Task<List<Receipt>> StartedAsync(string? source, string id, CancellationToken cancellation)
    {
        var found = new List<Receipt>();
        await foreach (var receipt in state.ReadReceiptsAsync(new() { Source = source, IdPrefix = id }, cancellation))
        {
            found.Add(receipt);
            if (found.Count > MostShown)
            {
                break;
            }
        }

        return found;
    }

    private static (string Id, int? Attempt) Parse(string name)
    {
        var mark = name.LastIndexOf('#');
        return mark > 0 && int.TryParse(name[(mark + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var attempt)
            ? (name[..mark], attempt)
            : (name, null);
    }
}
