namespace Granary.Core.Lines;

/// <summary>
/// Where in an ANSI sequence the text is. Format: ECMA-48 5th edition, 5.4 (control sequences), 5.6 (control strings), and
/// ECMA-35 13.2 (other escapes); BEL ends a string as xterm has it.
/// </summary>
internal struct AnsiState
{
    /// <summary>Bytes after ESC that a sequence may have; a code point begun within is dropped whole.</summary>
    private const int MaxBytes = 4096;

    private Step step;
    private int bytes;

    private enum Step : byte
    {
        None,
        Escape,
        Intermediate,
        Control,
        Text,
    }

    public readonly bool Active => step != Step.None;

    /// <summary>After an ESC.</summary>
    public void Begin() => (step, bytes) = (Step.Escape, 0);

    /// <summary>Takes the sequence's next bytes; what it leaves, once no longer active, is text again.</summary>
    /// <returns>How many belonged to sequences.</returns>
    public int Take(ReadOnlySpan<byte> valid)
    {
        for (var i = 0; i < valid.Length; i++)
        {
            var next = valid[i];
            if (next == 0x1b)
            {
                // Ends a string too: the backslash of its terminator is then the final byte of an escape.
                Begin();
                continue;
            }

            if ((bytes++ >= MaxBytes && IsBoundary(next)) || !Belongs(next))
            {
                step = Step.None;
                return i;
            }

            if (step == Step.None)
            {
                return i + 1;
            }
        }

        return valid.Length;
    }

    private static bool IsBoundary(byte next) => (next & 0xC0) != 0x80;

    /// <summary>Moves on by one byte; false where it is not the sequence's.</summary>
    private bool Belongs(byte next)
    {
        switch (step)
        {
            case Step.Escape when next == '[':
                step = Step.Control;
                return true;
            case Step.Escape when next is (byte)']' or (byte)'P' or (byte)'X' or (byte)'^' or (byte)'_':
                step = Step.Text;
                return true;
            case Step.Escape or Step.Intermediate when next is >= 0x20 and <= 0x2f:
                step = Step.Intermediate;
                return true;
            case Step.Escape or Step.Intermediate when next is >= 0x30 and <= 0x7e:
                step = Step.None;
                return true;
            case Step.Control when next is >= 0x20 and <= 0x3f:
                return true;
            case Step.Control when next is >= 0x40 and <= 0x7e:
                step = Step.None;
                return true;
            case Step.Text when next == 0x07:
                step = Step.None;
                return true;
            case Step.Text when next != '\r':
                return true;
            default:
                return false;
        }
    }
}
