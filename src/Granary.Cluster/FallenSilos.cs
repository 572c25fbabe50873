using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime;

namespace Granary.Cluster;

/// <summary>
/// Before a silo joins: where the table says that another one is active but nobody listens at its address, waits until that one has
/// missed its signs of life. A silo that joins earlier tries to reach it for five minutes and gives up; later, it declares it dead at
/// once. This is how a cluster starts again whose silos all died.
/// </summary>
internal sealed partial class FallenSilos(
    IMembershipTable table, IOptions<ClusterMembershipOptions> membership, TimeProvider time, ILogger<FallenSilos> log) : IHostedLifecycleService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>After this long without a sign of life a silo counts as dead.</summary>
    private TimeSpan Patience => membership.Value.IAmAliveTablePublishTimeout * membership.Value.NumMissedTableIAmAliveLimit;

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        await table.InitializeMembershipTable(true);
        var began = time.GetTimestamp();
        var told = new HashSet<SiloAddress>();
        while (await FindAsync(cancellationToken) is { } silo && time.GetElapsedTime(began) <= Patience)
        {
            if (told.Add(silo))
            {
                LogWaiting(log, silo, Patience);
            }

            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>A silo that is down, but for which its last sign of life still speaks.</summary>
    private async Task<SiloAddress?> FindAsync(CancellationToken cancellation)
    {
        var now = time.GetUtcNow().UtcDateTime;
        foreach (var (entry, _) in (await table.ReadAll()).Members)
        {
            var seen = entry.IAmAliveTime > entry.StartTime ? entry.IAmAliveTime : entry.StartTime;
            if (entry.Status == SiloStatus.Active && now - seen <= Patience && !await AnswersAsync(entry.SiloAddress.Endpoint, cancellation))
            {
                return entry.SiloAddress;
            }
        }

        return null;
    }

    private async Task<bool> AnswersAsync(IPEndPoint silo, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(membership.Value.ProbeTimeout);
        using var socket = new Socket(silo.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(silo, limit.Token);
            return true;
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException && !cancellation.IsCancellationRequested)
        {
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Silo {silo} does not answer: waiting until it has given no sign of life for {patience}")]
    private static partial void LogWaiting(ILogger log, SiloAddress silo, TimeSpan patience);
}
