using System.Reflection;
using System.Runtime.InteropServices;
using SQLitePCL;

namespace Granary.Sqlite;

/// <summary>
/// Chooses the SQLite that serves this process: the system's <c>libsqlite3.so.0</c> where it is installed and not older than the
/// bundled one (it gets the distribution's fixes), else the bundled one. Compiled into every project that opens a database.
/// </summary>
internal static class SqliteLibrary
{
    // The version in SQLitePCLRaw.bundle_e_sqlite3 2.0.6, as sqlite3_libversion_number gives it; the statements need 3.35 (RETURNING).
    private const int BundledVersion = 3_035_005;

    private const string SystemName = "libsqlite3.so.0";

    private static readonly Lazy<bool> Chosen = new(Choose);

    /// <summary>Must be called before the first connection; further calls cost nothing.</summary>
    public static void Use() => _ = Chosen.Value;

    private static bool Choose()
    {
        try
        {
            NativeLibrary.SetDllImportResolver(typeof(SQLite3Provider_e_sqlite3).Assembly, Resolve);
        }
        catch (InvalidOperationException)
        {
            // An assembly takes one resolver: another project's copy of this class was first, with the same choice.
        }

        Batteries_V2.Init();
        return true;
    }

    /// <summary>Zero leaves the search to the runtime, which finds the bundled library.</summary>
    private static IntPtr Resolve(string name, Assembly assembly, DllImportSearchPath? path) =>
        name == "e_sqlite3" && OperatingSystem.IsLinux() && NativeLibrary.TryLoad(SystemName, out var library) && Serves(library)
            ? library
            : IntPtr.Zero;

    /// <summary>New enough, and safe to call from several threads.</summary>
    private static unsafe bool Serves(IntPtr library)
    {
        if (!NativeLibrary.TryGetExport(library, "sqlite3_libversion_number", out var version) ||
            !NativeLibrary.TryGetExport(library, "sqlite3_threadsafe", out var threadSafe))
        {
            return false;
        }

        return ((delegate* unmanaged[Cdecl]<int>)version)() >= BundledVersion && ((delegate* unmanaged[Cdecl]<int>)threadSafe)() != 0;
    }
}
