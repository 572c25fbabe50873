namespace Granary.Simulator.Logs;

/// <summary>The failures that console logs of failed builds hold, each word for word in one line of its log.</summary>
public static class PlantedFailures
{
    /// <summary>The texts, in a fixed order.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        "OSError: [Errno 28] No space left on device",
        "Segmentation fault (core dumped)",
        "fatal: unable to access remote: Connection refused",
        "TimeoutError: timed out waiting for port 8774 after 300 seconds",
        "FAILED tests/functional/test_migration.py::LiveMigrationTest::test_rollback_keeps_volume (flaky)",
        "undefined reference to `granule::flush(std::string const&)'",
        "error: 'struct page_cache' has no member named 'lock_owner'",
        "ModuleNotFoundError: No module named 'oslo_messaging_kafka'",
        "Out of memory: Killed process 31337 (java) total-vm:8123456kB",
        "E: Unable to locate package libgranule-dev",
        "AssertionError: 404 != 200 : volume detail after retype",
        "x509: certificate has expired or is not yet valid",
        "pg_ctl: could not start server: address already in use",
        "java.lang.OutOfMemoryError: Java heap space",
        "panic: runtime error: index out of range [7] with length 7",
        "ERROR: deadlock detected while waiting for ShareLock on transaction",
    ];
}
