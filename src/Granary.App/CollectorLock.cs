using System.Diagnostics;
using System.Globalization;

namespace Granary.App;

/// <summary>
/// The one collector of a data folder. The lock is the operating system's, on an open file, so it ends with the process,
/// however that ends.
/// </summary>
public sealed class CollectorLock : IDisposable
{
    // To look whether the lock is held is to hold it for an instant: whoever wants it must not take that for a collector.
    private static readonly TimeSpan ProbePatience = TimeSpan.FromMilliseconds(200);

    private readonly FileStream file;

    private CollectorLock(FileStream file) => this.file = file;

    /// <exception cref="CollectorRunningException">Another process collects into the folder.</exception>
    public static CollectorLock Take(DataFolder folder)
    {
        Directory.CreateDirectory(folder.Path);
        var holder = System.IO.Path.Combine(folder.Path, "collector.pid");
        FileStream file;
        try
        {
            file = Open(System.IO.Path.Combine(folder.Path, "collector.lock"));
        }
        catch (IOException e) when (e is not DirectoryNotFoundException)
        {
            // It takes the lock before it says who it is.
            var process = File.Exists(holder) && File.ReadAllText(holder).Trim() is { Length: > 0 } id ? $" (process {id})" : "";
            throw new CollectorRunningException($"another collector{process} is using {folder.Path}", e);
        }

        File.WriteAllText(holder, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        return new(file);
    }

    /// <summary>True if a collector of any process holds the lock now.</summary>
    public static bool IsHeld(DataFolder folder)
    {
        var path = System.IO.Path.Combine(folder.Path, "collector.lock");
        if (!File.Exists(path))
        {
            return false;
        }

        try
        {
            using var probe = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    private static FileStream Open(string path)
    {
        for (var began = Stopwatch.GetTimestamp(); ;)
        {
            try
            {
                return new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException e) when (e is not DirectoryNotFoundException && Stopwatch.GetElapsedTime(began) < ProbePatience)
            {
                Thread.Sleep(1);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();
}
