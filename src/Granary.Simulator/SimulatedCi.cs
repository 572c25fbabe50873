using System.Net;
using Granary.Simulator.Expected;
using Granary.Simulator.Faults;
using Granary.Simulator.Logs;
using Granary.Simulator.Timeline;
using Granary.Simulator.Zuul;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Granary.Simulator;

/// <summary>
/// A CI made of code, listening on loopback: Zuul's REST API and a log store. It knows what must come of each build and states it
/// by <see cref="ExpectedBuilds"/> and <see cref="ExpectedLines"/>.
/// </summary>
public sealed class SimulatedCi : IAsyncDisposable
{
    private readonly SimulatorOptions _options;
    private readonly BuildTimeline _timeline;
    private readonly BuildCatalogue _catalogue;
    private readonly FilePlan _plan;
    private readonly RequestFaults _faults;
    private readonly KestrelServer _server;
    private int _insertBeforeNextPage;
    private int _shifted;

    private SimulatedCi(SimulatorOptions options)
    {
        _options = options;
        _timeline = new BuildTimeline(options);
        _catalogue = new BuildCatalogue(options, _timeline);
        _plan = new FilePlan(options, _timeline);
        _faults = new RequestFaults(options);
        var kestrel = new KestrelServerOptions { AddServerHeader = false };
        kestrel.Limits.MinResponseDataRate = null;
        kestrel.Listen(IPAddress.Loopback, options.Port);
        _server = new KestrelServer(
            Options.Create(kestrel),
            new SocketTransportFactory(Options.Create(new SocketTransportOptions()), NullLoggerFactory.Instance),
            NullLoggerFactory.Instance);
    }

    /// <summary>Address of the server, <c>http://127.0.0.1:port/</c>: the API lies below <c>api/</c>.</summary>
    public Uri BaseAddress { get; private set; } = new("http://127.0.0.1/");

    /// <summary>The tenant.</summary>
    public string Tenant => _options.Tenant;

    /// <summary>Simulated time, UTC.</summary>
    public DateTime Now => _timeline.Now;

    /// <summary>Builds listed now.</summary>
    public long BuildCount => _timeline.Count;

    /// <summary>Requests answered so far.</summary>
    public long RequestCount => _faults.Requests;

    /// <summary>Starts to listen.</summary>
    /// <exception cref="IOException">The port is taken.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number of the options is out of its range.</exception>
    public static async Task<SimulatedCi> StartAsync(SimulatorOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfNegative(options.Builds);
        ArgumentOutOfRangeException.ThrowIfNegative(options.BuildsPerSecond);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Faults.LongLineBytes, 2_000_000);
        var ci = new SimulatedCi(options);
        var bodies = new BodySender(options);
        var application = new SimulatorApplication(
            ci._faults,
            new ZuulEndpoints(options, ci._catalogue, bodies, ci.BeforePage),
            new LogEndpoints(ci._catalogue, ci._plan, new StoredLogs(), bodies));
        await ci._server.StartAsync(application, cancellationToken);
        ci.BaseAddress = new Uri(ci._server.Features.Get<IServerAddressesFeature>()!.Addresses.First() + "/");
        ci._catalogue.LogBase = ci.BaseAddress + "logs/";
        return ci;
    }

    /// <summary>Adds a build that is the newest now: finished, unless the specification says that it runs.</summary>
    public SimulatedBuild AddBuild(BuildSpec? spec = null) => _catalogue.At(_timeline.Add(spec ?? new BuildSpec()));

    /// <summary>Ends a build now.</summary>
    /// <exception cref="ArgumentException">There is no such build.</exception>
    public SimulatedBuild FinishBuild(string uuid, string result = "SUCCESS")
    {
        var position = PositionOf(uuid);
        _timeline.Finish(position, result);
        return _catalogue.At(position);
    }

    /// <summary>Gives a file of a build another content, another ETag and a later time from now on.</summary>
    /// <exception cref="ArgumentException">There is no such build or file.</exception>
    public void ChangeLog(string uuid, string path)
    {
        var build = _catalogue.At(PositionOf(uuid));
        _plan.Change(build.Position, FileOf(build, path).Number);
    }

    /// <summary>Adds finished builds at the moment when the next page of builds is asked for, before it is answered.</summary>
    public void InsertBuildsBeforeNextPage(int count) => Interlocked.Add(ref _insertBeforeNextPage, count);

    /// <summary>The build at a place in the order of starts, from 0, as the API tells it now.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such build yet.</exception>
    public SimulatedBuild BuildAt(long position)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(position, BuildCount);
        return _catalogue.At(position);
    }

    /// <summary>Every build listed now, oldest first, and what must come of it. Computed while it is read.</summary>
    public IEnumerable<ExpectedBuild> ExpectedBuilds()
    {
        var count = _timeline.Count;
        for (var position = 0L; position < count; position++)
        {
            yield return Expect(_catalogue.At(position));
        }
    }

    /// <summary>The lines that a file of a build must become, in its content of now; of a truncated one a prefix can be had.</summary>
    /// <exception cref="ArgumentException">There is no such file.</exception>
    public IEnumerable<ExpectedLine> ExpectedLines(SimulatedBuild build, string path) => LineParts.Of(FileOf(build, path));

    /// <summary>The decoded bytes of a file, as the log store would send them.</summary>
    /// <exception cref="ArgumentException">There is no such file.</exception>
    public Stream OpenRaw(SimulatedBuild build, string path) => new LogStream(FileOf(build, path));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // Connections that are still being answered are cut, not waited for.
        await _server.StopAsync(new CancellationToken(canceled: true));
        _server.Dispose();
    }

    private ExpectedBuild Expect(SimulatedBuild build)
    {
        var outcome = !build.Finished ? ExpectedBuildOutcome.Running
            : build.LogUrl is null ? ExpectedBuildOutcome.NoLogs
            : _catalogue.LogsMissing(build.Position) ? ExpectedBuildOutcome.Missing
            : ExpectedBuildOutcome.Logs;
        return new ExpectedBuild(build, outcome, outcome == ExpectedBuildOutcome.Logs ? [.. _plan.Of(build).Select(Expect)] : []);
    }

    private static ExpectedFile Expect(LogFile file)
    {
        var outcome = file.Kind switch
        {
            _ when file.Missing => ExpectedFileOutcome.Missing,
            _ when file.Truncated => ExpectedFileOutcome.Truncated,
            LogKind.Binary => ExpectedFileOutcome.NotText,
            LogKind.Repeated => ExpectedFileOutcome.Bomb,
            LogKind.Scripted when file.RawBytes > 0 && file.Script!.Lines.Count == 0 => ExpectedFileOutcome.NotText,
            _ => ExpectedFileOutcome.Whole,
        };
        return new ExpectedFile(file.Path, outcome, file.RawBytes, file.Encoding);
    }

    private LogFile FileOf(SimulatedBuild build, string path) =>
        _plan.Of(build).FirstOrDefault(file => file.Path == path)
        ?? throw new ArgumentException($"Build {build.Uuid} has no file {path}.", nameof(path));

    private long PositionOf(string uuid)
    {
        var position = _timeline.Keys.PositionOf(uuid);
        return position >= 0 && position < _timeline.Count
            ? position
            : throw new ArgumentException($"There is no build {uuid}.", nameof(uuid));
    }

    private void BeforePage(RequestFate fate)
    {
        var insert = Interlocked.Exchange(ref _insertBeforeNextPage, 0);
        if (fate.Shift > 0 && Interlocked.Add(ref _shifted, fate.Shift) <= _options.Faults.ShiftedBuildsLimit)
        {
            insert += fate.Shift;
        }

        for (var i = 0; i < insert; i++)
        {
            AddBuild();
        }
    }
}
