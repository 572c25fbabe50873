using System.Text;

namespace Granary.Output;

/// <summary>Standard error that may be closed, full, or read by nobody: what cannot be told is lost, and the work goes on.</summary>
internal sealed class StandardError : Stream
{
    // Kept for the life of the process.
    private static readonly List<IDisposable> Held = [];

    private readonly Stream error;

    private StandardError(Stream error) => this.error = error;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>From now on <see cref="Console.Error"/> throws nothing.</summary>
    public static void Guard() => Console.SetError(new StreamWriter(new StandardError(Open()), new UTF8Encoding(false), 256) { AutoFlush = true });

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            error.Write(buffer);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // There is no other place to say so.
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private static Stream Open()
    {
        try
        {
            return Console.OpenStandardError();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            HoldNumbers();
            return Null;
        }
    }

    /// <summary>A file opened next would get the closed stream's number, and the messages of libraries for its content.</summary>
    private static void HoldNumbers()
    {
        const int LastStandardNumber = 2;
        while (true)
        {
            var held = File.OpenHandle("/dev/null", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            if (held.DangerousGetHandle() > LastStandardNumber)
            {
                held.Dispose();
                return;
            }

            Held.Add(held);
        }
    }
}
