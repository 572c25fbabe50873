using Granary.Core.Search;

namespace Granary.Verbs;

/// <summary>How a verb tells on standard error that its answer lacks lines.</summary>
internal static class DamageText
{
    public static Task TellAsync(IndexDamage damage) =>
        Console.Error.WriteLineAsync($"granary: damaged, its lines are missing here: {damage.Where}: {damage.Reason}");
}
