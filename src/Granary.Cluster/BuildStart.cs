using System.Text.Json;
using Granary.Core.Model;

namespace Granary.Cluster;

/// <summary>A lease on its way to the build's reader. The row travels as JSON: the model knows nothing of grains.</summary>
[GenerateSerializer, Immutable]
public sealed record BuildStart([property: Id(0)] long Epoch, [property: Id(1)] byte[] Row)
{
    public static BuildStart Of(LeasedBuild leased) =>
        new(leased.Lease.Epoch, JsonSerializer.SerializeToUtf8Bytes(leased.Pending));

    public LeasedBuild ToLeased()
    {
        var pending = JsonSerializer.Deserialize<PendingBuild>(Row)!;
        return new(new(pending.Build.Key, Epoch), pending);
    }
}
