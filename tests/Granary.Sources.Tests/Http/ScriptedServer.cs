using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Granary.Sources.Tests.Http;

/// <summary>An HTTP server of raw sockets on loopback: each request is answered by a script, byte for byte.</summary>
public sealed class ScriptedServer : IAsyncDisposable
{
    private readonly TcpListener listener;
    private readonly CancellationTokenSource end = new();
    private readonly Func<ScriptedRequest, ScriptedAnswer> script;
    private readonly List<ScriptedRequest> requests = [];
    private readonly Task loop;
    private int open;

    public ScriptedServer(Func<ScriptedRequest, ScriptedAnswer> script, IPAddress? address = null)
    {
        this.script = script;
        listener = new TcpListener(address ?? IPAddress.Loopback, 0);
        listener.Start();
        loop = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public string Address => $"http://127.0.0.1:{Port}";

    public int MostAtOnce { get; private set; }

    public IReadOnlyList<ScriptedRequest> Requests
    {
        get
        {
            lock (requests)
            {
                return [.. requests];
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        listener.Stop();
        await loop;
        end.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!end.IsCancellationRequested)
        {
            try
            {
                var client = await listener.AcceptTcpClientAsync(end.Token);
                _ = ServeAsync(client);
            }
            catch (Exception closed) when (closed is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                while (await ReadRequestAsync(stream) is { } request)
                {
                    int number;
                    lock (requests)
                    {
                        requests.Add(request);
                        number = requests.Count;
                        MostAtOnce = Math.Max(MostAtOnce, ++open);
                    }

                    var answer = script(request with { Number = number });
                    if (answer.Delay is { } delay)
                    {
                        await Task.Delay(delay, end.Token);
                    }

                    await WriteAsync(stream, answer, request.Method == "HEAD");
                    lock (requests)
                    {
                        open--;
                    }

                    if (answer.Hang)
                    {
                        await Task.Delay(Timeout.Infinite, end.Token);
                    }

                    if (answer.Close)
                    {
                        return;
                    }
                }
            }
            catch (Exception gone) when (gone is IOException or OperationCanceledException or SocketException)
            {
                // The client went away, or the test is over.
            }
        }
    }

    private async Task WriteAsync(NetworkStream stream, ScriptedAnswer answer, bool headOnly)
    {
        await stream.WriteAsync(answer.Bytes(headOnly || answer.BytePause is not null), end.Token);
        if (answer.BytePause is { } pause && !headOnly)
        {
            for (var i = 0; i < answer.Body.Length; i++)
            {
                await Task.Delay(pause, end.Token);
                await stream.WriteAsync(answer.Body.AsMemory(i, 1), end.Token);
            }
        }
    }

    private async Task<ScriptedRequest?> ReadRequestAsync(NetworkStream stream)
    {
        var text = new StringBuilder();
        var one = new byte[1];
        while (!text.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await stream.ReadAsync(one, end.Token) == 0)
            {
                return null;
            }

            text.Append((char)one[0]);
        }

        var lines = text.ToString().Split("\r\n");
        var parts = lines[0].Split(' ');
        var headers = lines.Skip(1).Where(line => line.Contains(':')).ToDictionary(
            line => line[..line.IndexOf(':')], line => line[(line.IndexOf(':') + 1)..].Trim(), StringComparer.OrdinalIgnoreCase);
        return new(parts[0], parts[1], headers);
    }
}
