using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Granary.Simulator.Logs;

/// <summary>One range of bytes (RFC 9110, 14): from <paramref name="From"/> (inclusive), <paramref name="Count"/> bytes.</summary>
internal readonly record struct ByteRange(long From, long Count)
{
    /// <summary>Set when the range lies beyond the end: 416.</summary>
    public bool Unsatisfiable => Count <= 0;

    /// <summary>The range asked for; null for none, for several, for nonsense, and when <c>If-Range</c> names another version.</summary>
    public static ByteRange? Of(HttpRequest request, long length, string etag, DateTime lastModified)
    {
        if (!RangeHeaderValue.TryParse(request.Headers.Range.ToString(), out var header)
            || header.Unit != "bytes"
            || header.Ranges.Count != 1)
        {
            return null;
        }

        var condition = request.Headers.IfRange.ToString();
        if (condition.Length > 0 && condition != etag && condition != lastModified.ToString("R", CultureInfo.InvariantCulture))
        {
            return null;
        }

        var range = header.Ranges.First();
        if (range.From is not { } from)
        {
            var suffix = Math.Min(range.To ?? 0, length);
            return new ByteRange(length - suffix, suffix);
        }

        return new ByteRange(from, Math.Min(range.To ?? long.MaxValue - 1, length - 1) - from + 1);
    }
}
