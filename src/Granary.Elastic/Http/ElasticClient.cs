using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Nodes;
using Granary.Core.Ports;

namespace Granary.Elastic.Http;

/// <summary>
/// Asks the engine over HTTP/1.1, one node after the other where one does not answer. Its answers are bounded and read to their
/// end: one cut short counts as none.
/// </summary>
internal sealed class ElasticClient : IDisposable
{
    private const int LargestAnswer = 1024 * 1024 * 1024;

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly HttpClient http;
    private readonly ElasticOptions options;
    private readonly TimeProvider time;
    private int node;

    /// <param name="options">Validated ones.</param>
    /// <param name="time">The clock of time-outs and pauses.</param>
    internal ElasticClient(ElasticOptions options, TimeProvider time)
    {
        (this.options, this.time) = (options, time);
        http = new HttpClient(Handler(options)) { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = LargestAnswer };
        http.DefaultRequestHeaders.Authorization = options.Auth?.Header;
        http.DefaultRequestHeaders.UserAgent.ParseAdd("granary");
    }

    internal ElasticOptions Options => options;

    internal TimeProvider Time => time;

    /// <summary>One attempt.</summary>
    /// <exception cref="IndexUnavailableException">No answer, or not all of one.</exception>
    internal async Task<ElasticAnswer> SendAsync(HttpMethod method, string path, HttpContent? content, TimeSpan timeout, CancellationToken cancellation)
    {
        var at = Volatile.Read(ref node);
        var url = options.Urls[at % options.Urls.Count];
        using var request = new HttpRequestMessage(method, new Uri(url, path))
        {
            Content = content,
            Version = HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        using var limit = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseContentRead, either.Token).ConfigureAwait(false);
            var body = await response.Content.ReadAsByteArrayAsync(either.Token).ConfigureAwait(false);
            return new ElasticAnswer((int)response.StatusCode, body, RetryAfter(response));
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            Turn(at);
            throw new IndexUnavailableException($"the engine at {url.Authority} did not answer within {timeout.TotalSeconds:0.#} s");
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            Turn(at);
            throw new IndexUnavailableException($"the engine at {url.Authority} does not answer: {Innermost(exception)}", exception)
            {
                IsOfSettings = exception.GetBaseException() is AuthenticationException,
            };
        }
    }

    /// <summary>Asks until there is an answer that is not transient, at most a few times; for what may be repeated.</summary>
    internal Task<ElasticAnswer> AskAsync(HttpMethod method, string path, JsonNode? body, TimeSpan timeout, CancellationToken cancellation) =>
        AskAsync(method, path, "application/json", body is null ? default : JsonSerializer.SerializeToUtf8Bytes(body), timeout, cancellation);

    /// <summary>The same with a body of that type; without one where it is empty.</summary>
    internal async Task<ElasticAnswer> AskAsync(
        HttpMethod method, string path, string type, ReadOnlyMemory<byte> body, TimeSpan timeout, CancellationToken cancellation)
    {
        const int Attempts = 4;
        for (var attempt = 1; ; attempt++)
        {
            var pause = options.FirstBackOff * (1 << attempt);
            try
            {
                using var content = body.IsEmpty ? null : Content(type, body);
                var answer = await SendAsync(method, path, content, timeout, cancellation).ConfigureAwait(false);
                if (!answer.IsTransient || attempt == Attempts)
                {
                    return answer;
                }

                pause = answer.RetryAfter ?? pause;
            }
            catch (IndexUnavailableException) when (attempt < Attempts)
            {
                // The next node, or the same one a little later, may answer.
            }

            await Task.Delay(pause, time, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>The answer as JSON; the caller disposes it.</summary>
    /// <exception cref="IndexUnavailableException">No answer, or one that says to come again.</exception>
    /// <exception cref="ElasticException">Refused for good.</exception>
    internal async Task<JsonDocument> JsonAsync(
        HttpMethod method, string path, JsonNode? body, string what, CancellationToken cancellation, TimeSpan? timeout = null)
    {
        var answer = await AskAsync(method, path, body, timeout ?? options.RequestTimeout, cancellation).ConfigureAwait(false);
        return answer.Succeeded ? Parse(answer, what) : throw EngineErrors.Of(answer, what);
    }

    /// <summary>As <see cref="JsonAsync"/>, and null where there is nothing of that name (404).</summary>
    internal async Task<JsonDocument?> FindAsync(string path, string what, CancellationToken cancellation)
    {
        var answer = await AskAsync(HttpMethod.Get, path, null, options.RequestTimeout, cancellation).ConfigureAwait(false);
        return answer.Status == 404 ? null : answer.Succeeded ? Parse(answer, what) : throw EngineErrors.Of(answer, what);
    }

    internal async Task<EngineInfo> InfoAsync(CancellationToken cancellation)
    {
        var answer = await AskAsync(HttpMethod.Get, "", null, options.RequestTimeout, cancellation).ConfigureAwait(false);
        return answer.Succeeded ? EngineInfo.Read(answer.Body) : throw EngineErrors.Of(answer, "say what it is");
    }

    public void Dispose() => http.Dispose();

    private static JsonDocument Parse(ElasticAnswer answer, string what)
    {
        try
        {
            return JsonDocument.Parse(answer.Body);
        }
        catch (JsonException)
        {
            throw new IndexUnavailableException($"the engine's answer cannot be read (to {what})");
        }
    }

    private static ReadOnlyMemoryContent Content(string type, ReadOnlyMemory<byte> body)
    {
        var content = new ReadOnlyMemoryContent(body);
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        return content;
    }

    private void Turn(int at) => Interlocked.CompareExchange(ref node, at + 1 == options.Urls.Count ? 0 : at + 1, at);

    /// <summary>What the engine asks for, but no more than is sensible: hours of silence are not its to order.</summary>
    private TimeSpan? RetryAfter(HttpResponseMessage response)
    {
        TimeSpan? asked = response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } when date > time.GetUtcNow() => date - time.GetUtcNow(),
            _ => null,
        };
        var most = options.GiveUpAfter < LongestPause ? options.GiveUpAfter : LongestPause;
        return asked > most ? most : asked;
    }

    private static SocketsHttpHandler Handler(ElasticOptions options)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = !options.IsLoopback,
            AutomaticDecompression = options.Compresses ? DecompressionMethods.GZip : DecompressionMethods.None,
            ConnectTimeout = ConnectTimeout,
            PooledConnectionLifetime = TimeSpan.FromMinutes(10),
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(50),
        };
        if (options.CaFile is { } file)
        {
            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.ImportFromPemFile(file);
            handler.SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = policy };
        }

        return handler;
    }

    private static string Innermost(Exception exception)
    {
        while (exception.InnerException is { } inner)
        {
            exception = inner;
        }

        return exception is AuthenticationException ? $"its certificate is not trusted ({exception.Message})" : exception.Message;
    }
}
