using Granary.Core.Ports;
using Granary.Core.Streams;

namespace Granary.Core.Tests.Streams;

public sealed class InProcessChunkChannelTests : ChunkChannelContract
{
    protected override IChunkChannel Start(IIndexWriter index, CancellationToken stop)
    {
        var channel = new InProcessChunkChannel(index, new("index", 1, TimeProvider.System), TimeProvider.System, TimeSpan.FromMilliseconds(20));
        _ = Task.Run(() => channel.RunAsync(stop), CancellationToken.None);
        return channel;
    }
}
