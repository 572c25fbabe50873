using System.Net;
using Granary.Core.Ports;

namespace Granary.Sources.Http;

/// <summary>What an answer's status means for the one who asked.</summary>
internal static class AnswerStatus
{
    public static bool IsGood(HttpResponseMessage response, HttpAsk ask) =>
        response.IsSuccessStatusCode || (ask.From > 0 && response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable);

    /// <summary>Whether the same request may be answered otherwise in a while.</summary>
    public static bool MayChange(HttpStatusCode status) =>
        status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests
        || ((int)status >= 500 && status is not HttpStatusCode.NotImplemented and not HttpStatusCode.HttpVersionNotSupported);

    /// <summary>Whether the answer sends us elsewhere.</summary>
    public static bool IsRedirect(HttpAnswer answer) =>
        (int)answer.Response.StatusCode is 301 or 302 or 303 or 307 or 308 && answer.Response.Headers.Location is not null;

    /// <summary>Where a redirect leads.</summary>
    /// <exception cref="CiException">To no address at all.</exception>
    public static Uri RedirectTarget(HttpAnswer answer) =>
        Uri.TryCreate(answer.Address, answer.Response.Headers.Location, out var target)
            ? target
            : throw new CiException($"{Addresses.Shown(answer.Address)} redirects to what is no address") { Refused = true };

    public static CiException Failure(HttpAnswer answer, bool withToken, TimeProvider time)
    {
        var status = answer.Response.StatusCode;
        var hint = status switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => withToken ? " (is the token good?)" : " (it may want a token)",
            _ => "",
        };
        return new CiException($"{Addresses.Shown(answer.Address)} answered {(int)status}{hint}")
        {
            Gone = status is HttpStatusCode.NotFound or HttpStatusCode.Gone,
            RetryAfter = RetryAfter(answer.Response, time),
        };
    }

    private static TimeSpan? RetryAfter(HttpResponseMessage response, TimeProvider time)
    {
        var header = response.Headers.RetryAfter;
        var wait = header?.Delta ?? (header?.Date is { } date ? date - time.GetUtcNow() : null);
        return wait is { } asked ? asked < TimeSpan.Zero ? TimeSpan.Zero : asked : null;
    }
}
