using Granary.Simulator.Faults;
using Granary.Simulator.Logs;
using Granary.Simulator.Zuul;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Granary.Simulator;

/// <summary>Gives each request of the server to the API or to the log store.</summary>
internal sealed class SimulatorApplication(RequestFaults faults, ZuulEndpoints zuul, LogEndpoints logs)
    : IHttpApplication<HttpContext>
{
    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public async Task ProcessRequestAsync(HttpContext context)
    {
        var fate = faults.Next();
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            return;
        }

        if (faults.Refuse(context, fate))
        {
            return;
        }

        try
        {
            if (context.Request.Path.StartsWithSegments("/logs", StringComparison.Ordinal))
            {
                await logs.AnswerAsync(context, fate);
                return;
            }

            await zuul.AnswerAsync(context, fate);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client went away: nobody is left to be told.
        }
    }

    public void DisposeContext(HttpContext context, Exception? exception)
    {
    }
}
