using System.Buffers;
using System.Text;

namespace Granary.Output;

/// <summary>Bytes on their way to standard output: gathered while hits come quickly, sent on when one has waited.</summary>
internal sealed class OutputBuffer(Stream output) : IBufferWriter<byte>, IDisposable
{
    private const int SendAt = 64 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(20);

    private readonly ArrayBufferWriter<byte> pending = new(2 * SendAt);
    private long sentAt = TimeProvider.System.GetTimestamp();

    public void Advance(int count) => pending.Advance(count);

    public Memory<byte> GetMemory(int sizeHint = 0) => pending.GetMemory(sizeHint);

    public Span<byte> GetSpan(int sizeHint = 0) => pending.GetSpan(sizeHint);

    public void Write(ReadOnlySpan<byte> bytes) => pending.Write(bytes);

    public void Write(string text) => Encoding.UTF8.GetBytes(text, this);

    public void WriteLine(string text)
    {
        Write(text);
        EndLine();
    }

    /// <summary>Ends a line, and sends what is gathered if it is much or old.</summary>
    public void EndLine()
    {
        Write("\n"u8);
        if (pending.WrittenCount >= SendAt || TimeProvider.System.GetElapsedTime(sentAt) >= Patience)
        {
            Flush();
        }
    }

    public void Flush()
    {
        output.Write(pending.WrittenSpan);
        output.Flush();
        pending.ResetWrittenCount();
        sentAt = TimeProvider.System.GetTimestamp();
    }

    /// <inheritdoc/>
    public void Dispose() => output.Dispose();
}
