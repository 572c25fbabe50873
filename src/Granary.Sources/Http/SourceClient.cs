using System.Net;
using System.Net.Http.Headers;
using System.Reflection;
using Granary.Core.Model;
using Granary.Core.Ports;

namespace Granary.Sources.Http;

/// <summary>
/// Sends a source's requests with the manners that CONNECTORS asks for: limits and rests a host, time-outs, retries, redirects
/// by hand to allowed hosts, credentials only to the source's own origin.
/// </summary>
internal sealed class SourceClient : IDisposable
{
    private const int MaxRedirects = 5;

    private readonly Uri own;
    private readonly SourceOptions options;
    private readonly HostRules rules;
    private readonly TokenFile? token;
    private readonly int connections;
    private readonly HttpClient http;
    private readonly HostGates hosts;

    public SourceClient(SourceDefinition definition, SourceOptions options)
    {
        own = new Uri(definition.Address);
        this.options = options;
        rules = HostRules.For(definition, options);
        token = definition.TokenFile is { } path ? new(path) : null;
        connections = Math.Max(1, definition.MaxConnections);
        hosts = options.Hosts ?? new();
        http = new HttpClient(new GuardedConnections(rules).Handler(options, connections)) { Timeout = Timeout.InfiniteTimeSpan };
        var version = typeof(SourceClient).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
        http.DefaultRequestHeaders.UserAgent.Add(new("Granary", version?.Split('+')[0] ?? "0"));
        Backoff = new(options);
    }

    public SourceOptions Options => options;

    public Backoff Backoff { get; }

    /// <summary>An answer of status 2xx, or 416 where a range was asked for. Dispose it.</summary>
    /// <exception cref="CiException">Any other answer, or none after the retries.</exception>
    public async Task<HttpAnswer> SendAsync(HttpAsk ask, CancellationToken cancellation)
    {
        for (var attempt = 0; ; attempt++)
        {
            CiException failure;
            try
            {
                var answer = await FollowAsync(ask, cancellation);
                if (AnswerStatus.IsGood(answer.Response, ask))
                {
                    return answer;
                }

                using (answer)
                {
                    failure = AnswerStatus.Failure(answer, token is not null, options.Time);
                    if (!AnswerStatus.MayChange(answer.Response.StatusCode) || failure.RetryAfter > options.RetryAfterCap)
                    {
                        throw failure;
                    }

                    Rest(answer.Address, failure.RetryAfter);
                }
            }
            catch (Exception broken) when (Inner<CiException>(broken) is null && IsTransfer(broken))
            {
                failure = new CiException($"{Addresses.Shown(ask.Address)}: {Reason(broken)}", broken);
            }
            catch (HttpRequestException refused) when (Inner<CiException>(refused) is { } inner)
            {
                throw inner;
            }

            if (attempt >= options.RetryLimit)
            {
                throw failure;
            }

            options.Log?.Invoke($"try {attempt + 1} failed: {failure.Message}");
            await Backoff.WaitAsync(attempt, cancellation);
        }
    }

    public void Dispose() => http.Dispose();

    /// <summary>Whether another try may succeed where this failed.</summary>
    public static bool IsTransfer(Exception failure) =>
        failure is not LogCutException && failure is HttpRequestException or IOException or TimeoutException;

    private static T? Inner<T>(Exception failure)
        where T : Exception
    {
        for (var inner = failure; inner is not null; inner = inner.InnerException)
        {
            if (inner is T found)
            {
                return found;
            }
        }

        return null;
    }

    private static string Reason(Exception broken) => broken.InnerException?.Message is { Length: > 0 } deeper && broken is HttpRequestException
        && !broken.Message.Contains(deeper, StringComparison.Ordinal)
        ? $"{broken.Message} ({deeper})"
        : broken.Message;

    private HttpGate GateOf(Uri address) => hosts.Of(address.Host, connections, options.Time);

    private void Rest(Uri address, TimeSpan? wait)
    {
        if (wait is { } asked)
        {
            GateOf(address).Hold(asked);
        }
    }

    private async Task<HttpAnswer> FollowAsync(HttpAsk ask, CancellationToken cancellation)
    {
        var address = ask.Address;
        for (var hop = 0; hop <= MaxRedirects; hop++)
        {
            rules.Check(address);
            var answer = await SendOnceAsync(ask, address, cancellation);
            if (!AnswerStatus.IsRedirect(answer))
            {
                return answer;
            }

            using (answer)
            {
                address = AnswerStatus.RedirectTarget(answer);
            }
        }

        throw new CiException($"{Addresses.Shown(ask.Address)} leads through more than {MaxRedirects} redirects") { Refused = true };
    }

    private async Task<HttpAnswer> SendOnceAsync(HttpAsk ask, Uri address, CancellationToken cancellation)
    {
        var permit = await EnterAsync(address, ask.IsLog, cancellation);
        try
        {
            using var request = Request(ask, address);
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            limit.CancelAfter(options.HeadersTimeout);
            try
            {
                var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
                return new(response, permit, address);
            }
            catch (OperationCanceledException late) when (!cancellation.IsCancellationRequested)
            {
                throw new TimeoutException(late.InnerException is TimeoutException
                    ? $"no connection within {options.ConnectTimeout.TotalSeconds:0.#} s"
                    : $"no answer within {options.HeadersTimeout.TotalSeconds:0.#} s");
            }
        }
        catch
        {
            permit.Dispose();
            throw;
        }
    }

    private async Task<IDisposable> EnterAsync(Uri address, bool isLog, CancellationToken cancellation)
    {
        var own = await GateOf(address).EnterAsync(isLog, cancellation);
        if (options.EnterHost is not { } enter)
        {
            return own;
        }

        try
        {
            return new BothPermits(own, await enter(address.Host, connections, cancellation));
        }
        catch
        {
            own.Dispose();
            throw;
        }
    }

    private HttpRequestMessage Request(HttpAsk ask, Uri address)
    {
        var request = new HttpRequestMessage(ask.Method, address);
        request.Headers.TryAddWithoutValidation("Accept", ask.Accept ?? "*/*");
        if (token is not null && Addresses.SameOrigin(address, own))
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token.Read());
        }

        if (ask.From > 0)
        {
            request.Headers.Range = new RangeHeaderValue(ask.From, null);
            request.Headers.IfRange = ask.IfRange;
        }

        return request;
    }

    private sealed record BothPermits(IDisposable Own, IDisposable Shared) : IDisposable
    {
        public void Dispose()
        {
            Shared.Dispose();
            Own.Dispose();
        }
    }
}
