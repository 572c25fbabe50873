using System.Globalization;

namespace Granary.Output;

/// <summary>Numbers of things: <c>1 line</c>, <c>2,000 lines</c>.</summary>
internal static class Counts
{
    public static string Of(long number, string thing) =>
        string.Create(CultureInfo.InvariantCulture, $"{number:N0} {thing}{(number == 1 ? "" : "s")}");

    /// <summary>The same in a column: the number right-aligned in <paramref name="width"/>, and as wide for one as for many.</summary>
    public static string Column(long number, int width, string thing) =>
        (Of(number, thing) + (number == 1 ? " " : "")).PadLeft(width + thing.Length + 2);
}
