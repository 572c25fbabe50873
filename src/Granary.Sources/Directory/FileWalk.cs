using System.Globalization;
using System.IO.Enumeration;

namespace Granary.Sources.Directories;

/// <summary>
/// The regular files below a root by relative path, each directory's entries in ordinal order. Memory is bounded: of a directory
/// with more entries than a window holds, the next window's names are picked out by reading it again.
/// </summary>
internal sealed class FileWalk(string root, int window = 100_000)
{
    /// <summary>Why a path with lost bytes cannot be read.</summary>
    public const string NotUtf8 = "its name is not UTF-8";

    private static readonly EnumerationOptions Everything = new()
    {
        AttributesToSkip = FileAttributes.ReparsePoint,
        IgnoreInaccessible = false,
        ReturnSpecialDirectories = false,
    };

    private int unreadable;
    private string? firstUnreadable;

    /// <summary>What could not be read so far: the first by name, with how many more; null where all could be.</summary>
    public string? Unreadable => unreadable switch
    {
        0 => null,
        1 => firstUnreadable,
        _ => string.Create(CultureInfo.InvariantCulture, $"{firstUnreadable} (and {unreadable - 1:N0} more)"),
    };

    /// <summary>Paths relative to the root, with <c>/</c>.</summary>
    public IEnumerable<string> Files() => Below("");

    /// <summary>
    /// True where the bytes of a name are not UTF-8 and so were lost when it was read: what it names cannot be opened by it. It may
    /// also have that character of its own, or be gone by now.
    /// </summary>
    public static bool MayHaveLostBytes(string path) => path.Contains('\uFFFD', StringComparison.Ordinal);

    /// <summary>Counts a path among those that could not be read.</summary>
    public void Miss(string path, string why)
    {
        unreadable++;
        firstUnreadable ??= $"{Path.Combine(root, path)} cannot be read: {why}";
    }

    private IEnumerable<string> Below(string folder)
    {
        string? last = null;
        while (Window(folder, last) is { Count: > 0 } names)
        {
            foreach (var (name, isFolder) in names)
            {
                var path = folder + name;
                if (!isFolder)
                {
                    yield return path;
                    continue;
                }

                foreach (var file in Below(path + "/"))
                {
                    yield return file;
                }
            }

            if (names.Count < window)
            {
                break;
            }

            last = names[^1].Name;
        }
    }

    /// <summary>The first names after <paramref name="last"/>, in order.</summary>
    private List<(string Name, bool IsFolder)> Window(string folder, string? last)
    {
        // Reversed, so that the heap's head is the highest name: the one to give up for a lower one.
        var kept = new PriorityQueue<(string Name, bool IsFolder), string>(ReversedOrdinal);
        try
        {
            var entries = new FileSystemEnumerable<(string Name, bool IsFolder)>(
                Path.Combine(root, folder), static (ref entry) => (entry.FileName.ToString(), entry.IsDirectory), Everything)
            {
                ShouldIncludePredicate = (ref entry) => (last is null || entry.FileName.SequenceCompareTo(last) > 0)
                    && (kept.Count < window || entry.FileName.SequenceCompareTo(kept.Peek().Name) < 0),
            };
            foreach (var entry in entries)
            {
                kept.Enqueue(entry, entry.Name);
                if (kept.Count > window)
                {
                    kept.Dequeue();
                }
            }
        }
        catch (DirectoryNotFoundException) when (MayHaveLostBytes(folder))
        {
            Miss(folder, NotUtf8);
        }
        catch (DirectoryNotFoundException)
        {
            // It went away while its parent was walked.
        }
        catch (Exception failure) when (failure is UnauthorizedAccessException or IOException)
        {
            Miss(folder, failure.Message);
        }

        var names = new List<(string Name, bool IsFolder)>(kept.Count);
        while (kept.TryDequeue(out var entry, out _))
        {
            names.Add(entry);
        }

        names.Reverse();
        return names;
    }

    private static readonly Comparer<string> ReversedOrdinal = Comparer<string>.Create(static (left, right) => string.CompareOrdinal(right, left));
}
