using System.Text;
using Microsoft.AspNetCore.Http;

namespace Granary.Simulator.Faults;

/// <summary>Sends bodies, slowly or in part where that is the request's fate.</summary>
internal sealed class BodySender(SimulatorOptions options)
{
    public Task SendHtmlAsync(HttpContext context, RequestFate fate, string title)
    {
        context.Response.ContentType = "text/html;charset=utf-8";
        var page = $"<!DOCTYPE html>\n<html><head><title>{title}</title></head><body><h2>{title}</h2></body></html>\n";
        return SendAsync(context, fate, Encoding.UTF8.GetBytes(page));
    }

    public Task SendAsync(HttpContext context, RequestFate fate, ReadOnlyMemory<byte> body) =>
        SendAsync(context, fate, body.Length, (target, cancellation) => target.WriteAsync(body, cancellation).AsTask());

    /// <summary>Sends what <paramref name="write"/> writes; a length that is not known goes chunked.</summary>
    public async Task SendAsync(HttpContext context, RequestFate fate, long? length, Func<Stream, CancellationToken, Task> write)
    {
        context.Response.ContentLength = length;
        if (HttpMethods.IsHead(context.Request.Method))
        {
            return;
        }

        var target = context.Response.Body;
        if (fate.Slow || fate.CutAt is not null)
        {
            long? cut = fate.CutAt is { } share ? (long)(share * (length ?? 1 << 20)) : null;
            target = new FaultyBodyStream(target, fate.Slow ? options.Faults.SlowPause : null, cut, options.TimeProvider);
        }

        try
        {
            await write(target, context.RequestAborted);
            await target.FlushAsync(context.RequestAborted);
        }
        catch (BodyCutException)
        {
            // The bytes are out; what the client must see now is a connection that ends too early.
            context.Abort();
        }
    }
}
