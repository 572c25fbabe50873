using System.Buffers;
using System.Runtime.CompilerServices;
using Granary.Core.Model;
using Granary.Core.Ports;

namespace Granary.Sources.Decoding;

/// <summary>
/// One layer of compression taken off. Everything that can be decoded is given before an early end or damage is reported as
/// <see cref="LogCutException"/>. Owns the decoder, not the stream below.
/// </summary>
internal sealed class DecodingStream(Stream inner, Decoder decoder) : ReadOnlyStream
{
    private const int InputSize = 128 << 10;

    private byte[]? input = ArrayPool<byte>.Shared.Rent(InputSize);
    private int start;
    private int end;
    private bool begun;
    private bool memberEnded;
    private bool innerEnded;
    private LogCutException? failure;

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (buffer.Length > 0)
        {
            if (failure is not null)
            {
                throw new LogCutException(failure.Status, failure.Message);
            }

            if (start == end && !innerEnded)
            {
                await FillAsync(cancellationToken);
            }

            if ((!begun || memberEnded) && !BeginMember())
            {
                if (innerEnded)
                {
                    return 0;
                }

                continue;
            }

            var written = Step(buffer.Span);
            if (written > 0)
            {
                return written;
            }
        }

        return 0;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && input is not null)
        {
            ArrayPool<byte>.Shared.Return(input);
            input = null;
            decoder.Dispose();
        }

        base.Dispose(disposing);
    }

    private async ValueTask FillAsync(CancellationToken cancellation)
    {
        ObjectDisposedException.ThrowIf(input is null, this);
        start = 0;
        end = 0;
        end = await inner.ReadAsync(input, cancellation);
        innerEnded = end == 0;
    }

    /// <summary>False where there is nothing to begin with (yet). Zeros after a member are padding, as gzip takes them.</summary>
    private bool BeginMember()
    {
        while (memberEnded && start < end && input![start] == 0)
        {
            start++;
        }

        if (start == end)
        {
            return false;
        }

        if (memberEnded)
        {
            if (!decoder.CanBegin(input![start]))
            {
                throw Fail("something else follows its end");
            }

            decoder.Reset();
        }

        begun = true;
        memberEnded = false;
        return true;
    }

    private int Step(Span<byte> target)
    {
        var status = decoder.Decode(input.AsSpan(start, end - start), target, out var consumed, out var written);
        start += consumed;
        memberEnded = status == DecodeStatus.End;
        if (status == DecodeStatus.Damaged)
        {
            _ = Fail("its data is damaged");
        }
        else if (status == DecodeStatus.More && written == 0 && (innerEnded || (consumed == 0 && start < end)))
        {
            _ = Fail(innerEnded ? "it ends before its end mark" : "its data is damaged");
        }

        return written;
    }

    private LogCutException Fail(string what) => failure = new LogCutException(FileStatus.Truncated, $"{decoder.Name}: {what}");
}
