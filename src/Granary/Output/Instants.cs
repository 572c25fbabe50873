using System.Globalization;

namespace Granary.Output;

/// <summary>Times as they are written in every output.</summary>
internal static class Instants
{
    /// <summary>RFC 3339 in UTC with nanoseconds where there are any.</summary>
    public static string Of(long nanoseconds)
    {
        var (ticks, rest) = Math.DivRem(nanoseconds, 100);
        if (rest < 0)
        {
            (ticks, rest) = (ticks - 1, rest + 100);
        }

        var fraction = (((ticks % 10_000_000) + 10_000_000) % 10_000_000 * 100) + rest;
        var seconds = DateTime.UnixEpoch.AddTicks(ticks).ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture);
        return fraction == 0 ? seconds + "Z" : $"{seconds}.{fraction.ToString("D9", CultureInfo.InvariantCulture).TrimEnd('0')}Z";
    }
}
