using System.Globalization;
using Granary.Simulator.Faults;
using Granary.Simulator.Timeline;
using Microsoft.AspNetCore.Http;

namespace Granary.Simulator.Logs;

/// <summary>The log store: <c>/logs/{uuid}/{path}</c>, with HEAD and single ranges on the stored bytes.</summary>
internal sealed class LogEndpoints(BuildCatalogue catalogue, FilePlan plan, StoredLogs stored, BodySender bodies)
{
    public Task AnswerAsync(HttpContext context, RequestFate fate)
    {
        var path = context.Request.Path.Value!["/logs/".Length..];
        var slash = path.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0 || Find(path[..slash]) is not { } build)
        {
            return NotFoundAsync(context, fate);
        }

        var files = plan.Of(build);
        var name = path[(slash + 1)..];
        if (name == "zuul-manifest.json" && build.HasManifest)
        {
            var folders = plan.HasTree(build.Position) ? FilePlan.EmptyFolders : [];
            context.Response.ContentType = "application/json";
            return bodies.SendAsync(context, fate, LogManifest.Of(files, folders, stored));
        }

        if (name.Length == 0)
        {
            return bodies.SendHtmlAsync(context, fate, $"Index of {build.Uuid}");
        }

        return files.FirstOrDefault(file => file.Path == name && !file.Missing) is { } log
            ? SendFileAsync(context, fate, build, log)
            : NotFoundAsync(context, fate);
    }

    private SimulatedBuild? Find(string uuid)
    {
        var position = catalogue.Timeline.Keys.PositionOf(uuid);
        if (position < 0 || position >= catalogue.Timeline.Count || catalogue.LogsMissing(position))
        {
            return null;
        }

        var build = catalogue.At(position);
        return build.Finished && !BuildNames.NeverRan(build.Result!) ? build : null;
    }

    private Task SendFileAsync(HttpContext context, RequestFate fate, SimulatedBuild build, LogFile file)
    {
        var response = context.Response;
        response.ContentType = file.Encoding == LogEncoding.StoredWithoutHeader ? "application/gzip" : file.MimeType;
        response.Headers.ETag = file.ETag;
        response.Headers.LastModified = file.LastModified.ToString("R", CultureInfo.InvariantCulture);
        response.Headers.AcceptRanges = "bytes";
        if (file.Encoding is LogEncoding.ContentEncoding or LogEncoding.StoredWithHeader)
        {
            response.Headers.ContentEncoding = "gzip";
        }

        if (file.Version == 0 && file.RawBytes > 0 && HttpMethods.IsGet(context.Request.Method)
            && catalogue.Draws(build.Position, 60, file.Faults.ChangingLogs))
        {
            plan.Change(build.Position, file.Number);
            fate = fate with { CutAt = 0.5 };
        }

        var range = context.Request.Headers.Range.Count > 0 && HttpMethods.IsGet(context.Request.Method)
            ? ByteRange.Of(context.Request, stored.Length(file), file.ETag, file.LastModified)
            : null;
        if (range is not { } part)
        {
            var length = stored.KnownLength(file);
            return bodies.SendAsync(context, fate, length, (target, cancel) => stored.WriteAsync(file, target, 0, null, cancel));
        }

        if (part.Unsatisfiable)
        {
            response.StatusCode = StatusCodes.Status416RangeNotSatisfiable;
            response.Headers.ContentRange = string.Create(CultureInfo.InvariantCulture, $"bytes */{stored.Length(file)}");
            return Task.CompletedTask;
        }

        response.StatusCode = StatusCodes.Status206PartialContent;
        response.Headers.ContentRange = string.Create(
            CultureInfo.InvariantCulture, $"bytes {part.From}-{part.From + part.Count - 1}/{stored.Length(file)}");
        return bodies.SendAsync(
            context, fate, part.Count, (target, cancel) => stored.WriteAsync(file, target, part.From, part.Count, cancel));
    }

    private Task NotFoundAsync(HttpContext context, RequestFate fate)
    {
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return bodies.SendHtmlAsync(context, fate, "404 Not Found");
    }
}
