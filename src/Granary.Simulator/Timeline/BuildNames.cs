namespace Granary.Simulator.Timeline;

/// <summary>The names that builds carry.</summary>
internal static class BuildNames
{
    public static readonly string[] Jobs =
    [
        "unit-tests-py311", "unit-tests-py312", "functional-tests", "integration-multinode", "linters", "docs-build",
        "release-notes", "image-build-jammy", "image-build-noble", "upgrade-from-stable", "performance-smoke", "deploy-staging",
    ];

    public static readonly string[] Projects =
    [
        "barn/scheduler", "barn/api", "barn/web-console", "mill/storage-driver", "mill/block-client", "field/ansible-roles",
        "field/network-agent", "silo/image-tools",
    ];

    public static readonly string[] Pipelines = ["check", "check", "check", "gate", "gate", "post", "periodic"];

    public static readonly string[] Branches = ["main", "main", "main", "stable/2025.2", "stable/2026.1"];

    public static readonly string[] Nodesets = ["ubuntu-jammy", "ubuntu-noble", "debian-bookworm", "centos-10-stream"];

    /// <summary>Results in the proportions of a busy CI; the last three never ran.</summary>
    public static string ResultAt(double unit) => unit switch
    {
        < 0.78 => "SUCCESS",
        < 0.92 => "FAILURE",
        < 0.935 => "TIMED_OUT",
        < 0.945 => "POST_FAILURE",
        < 0.955 => "RETRY_LIMIT",
        < 0.975 => "SKIPPED",
        < 0.99 => "CANCELED",
        _ => "NODE_FAILURE",
    };

    public static bool NeverRan(string result) => result is "SKIPPED" or "CANCELED" or "NODE_FAILURE";

    public static bool Failed(string result) => result is "FAILURE" or "TIMED_OUT" or "POST_FAILURE" or "RETRY_LIMIT";
}
