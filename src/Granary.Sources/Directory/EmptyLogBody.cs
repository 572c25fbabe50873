using Granary.Core.Ports;

namespace Granary.Sources.Directories;

/// <summary>A log without a byte.</summary>
internal sealed class EmptyLogBody : LogBody
{
    public override long ReceivedBytes => 0;

    public override Stream Content => Stream.Null;

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
