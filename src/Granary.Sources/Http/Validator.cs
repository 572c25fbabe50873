using System.Globalization;
using System.Net.Http.Headers;

namespace Granary.Sources.Http;

/// <summary>
/// What says that two answers carry the same bytes: a strong ETag, or a Last-Modified that is old enough to be strong (RFC
/// 9110, 8.8.2.2: the answer's own date is at least a second later).
/// </summary>
internal sealed record Validator(string Text)
{
    public static Validator? Of(HttpResponseMessage response)
    {
        if (response.Headers.ETag is { IsWeak: false } tag)
        {
            return new(tag.Tag);
        }

        return response.Content.Headers.LastModified is { } modified && response.Headers.Date is { } date
            && date - modified >= TimeSpan.FromSeconds(1)
            ? new(modified.ToString("R", CultureInfo.InvariantCulture))
            : null;
    }

    public RangeConditionHeaderValue AsCondition() => Text.StartsWith('"')
        ? new(new EntityTagHeaderValue(Text))
        : new(DateTimeOffset.ParseExact(Text, "R", CultureInfo.InvariantCulture));
}
