using Granary.App;

namespace Granary.Composition;

/// <summary>Checks a data folder before it is used, so that what is wrong is said in the words of the command line.</summary>
internal static class DataFolders
{
    /// <exception cref="UserException">It cannot be made.</exception>
    public static void Create(DataFolder folder)
    {
        RequireNoFile(folder);
        try
        {
            Directory.CreateDirectory(folder.Path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserException($"--data: the folder {folder.Path} cannot be made: {e.Message}");
        }
    }

    /// <summary>True if something was ever collected or configured here.</summary>
    /// <exception cref="UserException">It is a file.</exception>
    public static bool Exists(DataFolder folder)
    {
        RequireNoFile(folder);
        return File.Exists(folder.StateFile);
    }

    private static void RequireNoFile(DataFolder folder)
    {
        if (File.Exists(folder.Path))
        {
            throw new UserException($"--data: {folder.Path} is a file, not a folder");
        }
    }
}
