using System.Text;

namespace Granary.Sources.Tests.Http;

public sealed record ScriptedAnswer(int Status, byte[] Body)
{
    public Dictionary<string, string> Headers { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Bytes of the body that are sent; then the connection is closed.</summary>
    public int? CutAt { get; init; }

    public bool Hang { get; init; }

    public TimeSpan? Delay { get; init; }

    /// <summary>The body is sent one byte at a time, with this pause before each.</summary>
    public TimeSpan? BytePause { get; init; }

    public bool Close => CutAt is not null;

    public static ScriptedAnswer Text(string body, int status = 200) => new(status, Encoding.UTF8.GetBytes(body));

    public static ScriptedAnswer Json(string body) => Text(body).With("Content-Type", "application/json");

    /// <summary>The whole, or from the range asked for, with a strong ETag.</summary>
    public static ScriptedAnswer Ranged(ScriptedRequest request, byte[] whole, string etag, int? cutAt = null, bool hang = false)
    {
        var from = request.RangeFrom is { } asked && request.Header("If-Range") == etag ? (int)asked : 0;
        var part = whole[Math.Min(from, whole.Length)..];
        var answer = new ScriptedAnswer(from > 0 ? 206 : 200, part) { CutAt = cutAt, Hang = hang }.With("ETag", etag);
        return from > 0 ? answer.With("Content-Range", $"bytes {from}-{whole.Length - 1}/{whole.Length}") : answer;
    }

    public ScriptedAnswer With(string name, string value)
    {
        Headers[name] = value;
        return this;
    }

    public byte[] Bytes(bool headOnly)
    {
        var head = new StringBuilder($"HTTP/1.1 {Status} X\r\nContent-Length: {Body.Length}\r\n");
        foreach (var (name, value) in Headers)
        {
            head.Append($"{name}: {value}\r\n");
        }

        var start = Encoding.UTF8.GetBytes(head.Append("\r\n").ToString());
        return headOnly ? start : [.. start, .. Body.AsSpan(0, Math.Min(Body.Length, CutAt ?? Body.Length))];
    }
}
