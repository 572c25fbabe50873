using Granary.Sqlite;
using Microsoft.Data.Sqlite;

namespace Granary.State.Tests;

public sealed class SqliteLibraryTests
{
    [Fact]
    public void A_connection_is_served_by_a_library_that_is_new_enough()
    {
        SqliteLibrary.Use();
        SqliteLibrary.Use();
        using var connection = new SqliteConnection("Data Source=:memory:");
        connection.Open();

        Version.Parse(connection.ServerVersion).ShouldBeGreaterThanOrEqualTo(new Version(3, 35, 5));
    }

    [Fact]
    public void The_systems_library_serves_where_it_is_installed()
    {
        Assert.SkipUnless(File.Exists("/usr/lib/x86_64-linux-gnu/libsqlite3.so.0"), "no system SQLite");
        SqliteLibrary.Use();
        using var connection = new SqliteConnection("Data Source=:memory:");
        connection.Open();

        connection.ServerVersion.ShouldNotBe("3.35.5");
        File.ReadAllText("/proc/self/maps").ShouldContain("libsqlite3.so.0");
    }
}
