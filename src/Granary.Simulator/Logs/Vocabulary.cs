using System.Text;

namespace Granary.Simulator.Logs;

/// <summary>The names that log lines are made of, the same in every run.</summary>
internal static class Vocabulary
{
    private static readonly string[] Parts =
    [
        "silo", "grain", "barn", "mill", "chaff", "sheaf", "bale", "thresh", "harvest", "furrow", "plough", "cart", "sack", "weir",
        "loft", "hopper", "sieve", "auger", "husk", "stalk", "trough", "fence", "gate", "orchard", "meadow", "acre", "yoke", "rick",
    ];

    private static readonly string[] Roles =
    [
        "reader", "writer", "cache", "index", "session", "client", "server", "driver", "monitor", "queue", "buffer", "policy", "token",
        "parser", "encoder", "router", "handler", "worker", "lease", "quota", "volume", "network", "image", "flavor", "table",
    ];

    public static readonly byte[][] Folders = Make(40, i => $"{Pick(Parts, i)}/{Pick(Roles, i * 7)}");

    public static readonly byte[][] Files =
        Make(600, i => $"src/{Pick(Parts, i)}/{Pick(Roles, i * 7)}/{Pick(Parts, (i * 5) + 3)}_{Pick(Roles, (i * 3) + 1)}");

    public static readonly byte[][] Symbols = Make(500, i => $"{Pick(Parts, i)}_{Pick(Roles, i * 3)}_{Pick(Parts, i * 11 + 5)}");

    public static readonly byte[][] Classes = Make(300, i => $"{Capital(Pick(Parts, i * 3))}{Capital(Pick(Roles, i))}");

    public static readonly byte[][] Packages = Make(250, i => $"lib{Pick(Parts, i)}-{Pick(Roles, i * 3)}{(i % 4 == 0 ? "-dev" : "")}");

    public static readonly byte[][] Versions = Make(120, i => $"{1 + (i % 9)}.{i % 23}.{i % 7}");

    public static readonly byte[][] Tests = Make(800, i => $"test_{Pick(Roles, i)}_{Pick(Parts, i * 5)}_{Pick(Roles, i * 11 + 4)}");

    public static readonly byte[][] Tasks =
        Make(150, i => $"{Pick(Parts, i)}-{Pick(Roles, i * 3)} : Ensure the {Pick(Roles, i * 7)} of {Pick(Parts, i * 11)} is there");

    public static readonly byte[][] Services = Make(60, i => $"{Pick(Parts, i)}-{Pick(Roles, i)}");

    public static readonly byte[][] Words = [.. Parts.Concat(Roles).Select(Encoding.UTF8.GetBytes)];

    private static byte[][] Make(int count, Func<int, string> name) => [.. Enumerable.Range(0, count).Select(i => Encoding.UTF8.GetBytes(name(i)))];

    private static string Pick(string[] from, int i) => from[i % from.Length];

    private static string Capital(string word) => char.ToUpperInvariant(word[0]) + word[1..];
}
