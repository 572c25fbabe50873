using System.Buffers;

namespace Granary.Core.Masking;

/// <summary>
/// Masks one log's lines in order, and the pieces of lines too long to hold. Carries whether a private key's block is open.
/// </summary>
/// <remarks>
/// Of a long line a window is masked at a time. All but its last 20 KiB is then certain: any secret that begins before is told by
/// what the window has, since a name, a prefix and the shortest token, and the longest credential, are shorter. The cut moves
/// before a secret that lies across it; one that fills the window is masked once and passed over to its end.
/// </remarks>
internal sealed class LineMask : IDisposable
{
    /// <summary>Bytes at a window's end that are not yet decided.</summary>
    public const int HoldBack = Masker.LongestCredential + 4096;

    private const int OthersAllowed = 2;

    private static readonly SearchValues<byte> RunEnds = TokenShape.Bytes(" \t\"'`");

    private readonly Masker masker;
    private readonly List<MaskRange> found = new(16);
    private byte[] output = ArrayPool<byte>.Shared.Rent(64 * 1024);
    private int written;
    private bool inKey;
    private bool afterBody;
    private int others;
    private bool passing;

    public LineMask(Masker masker) => this.masker = masker;

    private static ReadOnlySpan<byte> Mask => "********"u8;

    /// <summary>True while every line must be masked, clean as it may seem.</summary>
    public bool InKey => inKey;

    /// <summary>See <see cref="Masker.Probe"/>; past the end where the text is clean.</summary>
    public int Probe(ReadOnlySpan<byte> text, int from) => masker.Probe(text, from) is var at and >= 0 ? at : int.MaxValue;

    /// <summary>A whole line, masked; valid until the next call.</summary>
    public ReadOnlySpan<byte> Apply(ReadOnlySpan<byte> line)
    {
        found.Clear();
        if (inKey && JudgeInKey(line))
        {
            return Mask;
        }

        if (masker.Find(line, found))
        {
            (inKey, afterBody, others) = (true, false, 0);
        }

        return found.Count == 0 ? line : Write(line, line.Length);
    }

    /// <summary>
    /// Masks the front of a window of a long line; what is not used must lead the next window. <paramref name="last"/>: none
    /// follows, and the line is ended once all is used. Valid until the next call.
    /// </summary>
    public ReadOnlySpan<byte> ApplyWindow(ReadOnlySpan<byte> window, bool last, out int used)
    {
        inKey = false;
        if (passing)
        {
            used = window.IndexOfAny(RunEnds);
            passing = used < 0 && !last;
            used = used < 0 ? window.Length : used;
            return [];
        }

        found.Clear();
        if (masker.Find(window, found) && last)
        {
            (inKey, afterBody, others) = (true, false, 0);
        }

        used = last ? window.Length : CutBetween(window.Length - HoldBack);
        if (used == 0)
        {
            used = FirstSecretEnd();
            passing = used == window.Length;
        }

        return Write(window, used);
    }

    /// <summary>The last place up to <paramref name="cut"/> that is in no secret and in nothing that tells one.</summary>
    private int CutBetween(int cut)
    {
        for (var moved = true; moved;)
        {
            moved = false;

            // From the last, as they were found in order: a chain of ranges is walked in one pass.
            for (var i = found.Count - 1; i >= 0; i--)
            {
                if (found[i].Context < cut && found[i].End > cut)
                {
                    (cut, moved) = (found[i].Context, true);
                }
            }
        }

        return cut;
    }

    private int FirstSecretEnd()
    {
        found.Sort(static (a, b) => a.Context.CompareTo(b.Context));
        var end = found[0].End;
        foreach (var range in found)
        {
            end = range.Context < end ? Math.Max(end, range.End) : end;
        }

        return end;
    }

    /// <summary>True where the line is key material as a whole.</summary>
    private bool JudgeInKey(ReadOnlySpan<byte> line)
    {
        switch (PrivateKeys.Judge(line, afterBody, out var end))
        {
            case PrivateKeys.Line.Body:
                (afterBody, others) = (true, 0);
                return true;
            case PrivateKeys.Line.End:
                inKey = false;
                var start = PrivateKeys.BodyBefore(line, end);
                if (start < end)
                {
                    found.Add(new MaskRange(start, start, end));
                }

                return false;
            case PrivateKeys.Line.Other:
                afterBody = false;
                inKey = ++others <= OthersAllowed;
                return false;
            default:
                return false;
        }
    }

    /// <summary>The text up to <paramref name="end"/>, each run of secrets that touch replaced by one mask.</summary>
    private ReadOnlySpan<byte> Write(ReadOnlySpan<byte> text, int end)
    {
        found.Sort(static (a, b) => a.Start.CompareTo(b.Start));
        written = 0;
        var (from, masked) = (0, false);
        foreach (var range in found)
        {
            if (range.Start >= end)
            {
                break;
            }

            if (range.Start > from || !masked)
            {
                Append(text[from..range.Start]);
                Append(Mask);
                masked = true;
            }

            from = Math.Max(from, range.End);
        }

        if (from < end)
        {
            Append(text[from..end]);
        }

        return output.AsSpan(0, written);
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        if (written + bytes.Length > output.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent((written + bytes.Length) * 2);
            output.AsSpan(0, written).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(output);
            output = larger;
        }

        bytes.CopyTo(output.AsSpan(written));
        written += bytes.Length;
    }

    /// <summary>The long line's text has ended.</summary>
    public void EndWindows() => passing = false;

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(output);
        output = [];
    }
}
