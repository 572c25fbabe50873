namespace Granary.App;

/// <summary>Where everything of one embedded Granary lies.</summary>
public sealed record DataFolder(string Path)
{
    /// <summary>Sources, cursors and receipts.</summary>
    public string StateFile => System.IO.Path.Combine(Path, "state.db");

    /// <summary>The block index.</summary>
    public string IndexFolder => System.IO.Path.Combine(Path, "index");

    /// <summary>What a running collector says of itself, once a second.</summary>
    public string StatusFile => System.IO.Path.Combine(Path, "status.json");

    /// <summary><c>$XDG_DATA_HOME/granary</c>, else <c>~/.local/share/granary</c>; on Windows the local application data.</summary>
    public static string Default
    {
        get
        {
            var home = Environment.GetEnvironmentVariable("XDG_DATA_HOME");
            if (string.IsNullOrEmpty(home) || !System.IO.Path.IsPathRooted(home))
            {
                home = OperatingSystem.IsWindows()
                    ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
                    : System.IO.Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "share");
            }

            return System.IO.Path.Combine(home, "granary");
        }
    }
}
