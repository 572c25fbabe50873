using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Granary.Simulator.Faults;

/// <summary>Decides, by the number of a request, what goes wrong with it.</summary>
internal sealed class RequestFaults(SimulatorOptions options)
{
    private readonly SimulatorFaults _faults = options.Faults;
    private long _requests;

    /// <summary>Requests seen so far.</summary>
    public long Requests => Interlocked.Read(ref _requests);

    public RequestFate Next()
    {
        var number = (ulong)Interlocked.Increment(ref _requests);
        return new RequestFate
        {
            Number = (long)number,
            TooMany = Draws(number, 71, _faults.TooManyRequests),
            ServerError = Draws(number, 72, _faults.ServerErrors),
            Slow = Draws(number, 73, _faults.SlowBodies),
            CutAt = Draws(number, 74, _faults.CutBodies) ? SeededHash.Unit(SeededHash.Of(options.Seed, number, 75)) : null,
            Shift = Draws(number, 76, _faults.ShiftedPages) ? 1 + (int)(SeededHash.Of(options.Seed, number, 77) % 5) : 0,
        };
    }

    /// <summary>Answers 429 or 5xx where that is the request's fate.</summary>
    public bool Refuse(HttpContext context, RequestFate fate)
    {
        if (fate.TooMany)
        {
            context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
            context.Response.Headers.RetryAfter = fate.Number % 2 == 0
                ? ((long)_faults.RetryAfter.TotalSeconds).ToString(CultureInfo.InvariantCulture)
                : (options.TimeProvider.GetUtcNow() + _faults.RetryAfter).ToString("R", CultureInfo.InvariantCulture);
        }
        else if (fate.ServerError)
        {
            int[] codes = [500, 502, 503];
            context.Response.StatusCode = codes[fate.Number % codes.Length];
        }

        return fate.TooMany || fate.ServerError;
    }

    private bool Draws(ulong number, ulong what, double rate) =>
        rate > 0 && SeededHash.Unit(SeededHash.Of(options.Seed, number, what)) < rate;
}
