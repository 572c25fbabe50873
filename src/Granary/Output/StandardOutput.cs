using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Granary.Output;

/// <summary>
/// Standard output that throws when nobody reads it any more. The console's own stream takes what is written to a closed pipe
/// without a word: a search would go on to its end, and a watch for ever.
/// </summary>
internal sealed class StandardOutput : Stream
{
    // errno.h of Linux and macOS; .NET has it as the HResult.
    private const int BrokenPipe = 32;

    private static TextWriter? text;

    private readonly FileStream pipe;

    private StandardOutput(FileStream pipe) => this.pipe = pipe;

    /// <summary>For text; every write is sent at once.</summary>
    public static TextWriter Text => text ??= new StreamWriter(Open(), new UTF8Encoding(false), 4096) { AutoFlush = true };

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>A stream that is not closed when disposed.</summary>
    public static Stream Open()
    {
        if (OperatingSystem.IsWindows())
        {
            return Console.OpenStandardOutput();
        }

        // Into a file .NET would write at a position of its own, which standard error in the same file does not know; and only
        // the console's stream waits where a pipe does not block.
        var pipe = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        return pipe.CanSeek || pipe.IsAsync ? Console.OpenStandardOutput() : new StandardOutput(pipe);
    }

    /// <exception cref="OutputClosedException">The reader has gone.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            pipe.Write(buffer);
        }
        catch (IOException e) when (e.HResult == BrokenPipe)
        {
            throw new OutputClosedException(e);
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
