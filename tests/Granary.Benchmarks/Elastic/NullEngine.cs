using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Granary.Benchmarks.Elastic;

/// <summary>
/// Answers as an engine that takes everything and keeps nothing but a count: run as a process of its own, so that its processor time is not
/// the writer's.
/// </summary>
internal static class NullEngine
{
    /// <summary>Answers how many documents and how many bytes of bodies came so far, parted by a space.</summary>
    internal const string CountPath = "/count";

    private const int BufferBytes = 256 * 1024;

    private static long documents;
    private static long bodyBytes;

    /// <summary>Listens on a free loopback port, prints it, and serves until its input ends.</summary>
    internal static int Run()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Console.WriteLine(((IPEndPoint)listener.LocalEndpoint).Port);
        _ = Task.Run(async () =>
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync();
                _ = Task.Run(() => ServeAsync(client));
            }
        });
        Console.In.ReadToEnd();
        return 0;
    }

    private static async Task ServeAsync(TcpClient client)
    {
        using var connection = client;
        client.NoDelay = true;
        var stream = client.GetStream();
        var buffer = new byte[BufferBytes];
        var filled = 0;
        while (true)
        {
            int end;
            while ((end = buffer.AsSpan(0, filled).IndexOf("\r\n\r\n"u8)) < 0)
            {
                var read = await stream.ReadAsync(buffer.AsMemory(filled));
                if (read == 0)
                {
                    return;
                }

                filled += read;
            }

            var head = Encoding.ASCII.GetString(buffer, 0, end);
            if (head.Contains("100-continue", StringComparison.OrdinalIgnoreCase))
            {
                await stream.WriteAsync("HTTP/1.1 100 Continue\r\n\r\n"u8.ToArray());
            }

            var length = LengthOf(head);
            var left = length - (filled - end - 4);
            var lines = buffer.AsSpan(end + 4, filled - end - 4).Count((byte)'\n');
            while (left > 0)
            {
                var read = await stream.ReadAsync(buffer);
                if (read == 0)
                {
                    return;
                }

                lines += buffer.AsSpan(0, read).Count((byte)'\n');
                left -= read;
            }

            filled = 0;
            await stream.WriteAsync(Answer(head, lines / 2, length));
        }
    }

    private static long LengthOf(string head)
    {
        var at = head.IndexOf("Content-Length: ", StringComparison.OrdinalIgnoreCase);
        return at < 0 ? 0 : long.Parse(head.AsSpan(at + 16, (head + "\r").IndexOf('\r', at) - at - 16), null);
    }

    private static byte[] Answer(string head, int items, long length)
    {
        var request = head[..head.IndexOf(" HTTP/", StringComparison.Ordinal)];
        var body = "{}";
        if (request.Contains("/_bulk", StringComparison.Ordinal))
        {
            Interlocked.Add(ref documents, items);
            Interlocked.Add(ref bodyBytes, length);
            body = $$"""{"errors":false,"items":[{{string.Join(',', Enumerable.Repeat("{\"index\":{\"status\":201}}", items))}}]}""";
        }
        else if (request == "GET /")
        {
            body = """{"version":{"distribution":"opensearch","number":"2.19.5"},"tagline":"The OpenSearch Project"}""";
        }
        else if (request == $"GET {CountPath}")
        {
            body = $"{Interlocked.Read(ref documents)} {Interlocked.Read(ref bodyBytes)}";
        }

        var status = request.StartsWith("GET /_", StringComparison.Ordinal) && !request.StartsWith("GET /_cat", StringComparison.Ordinal) ? "404 Not Found" : "200 OK";
        return Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}");
    }
}
