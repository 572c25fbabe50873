namespace Granary.Simulator.Logs;

/// <summary>
/// Takes lines as their composer writes them: the bytes that a log holds, and beside them the text that the line must become.
/// The text is written by the one who knows it, never worked out from the bytes.
/// </summary>
internal sealed class LineBuffer(bool wantText, int capacity = 4 * 1024)
{
    private byte[] _raw = new byte[capacity];
    private byte[] _text = wantText ? new byte[4 * 1024] : [];
    private int _rawLength;
    private int _textLength;
    private int _mark;

    public ReadOnlySpan<byte> Raw => _raw.AsSpan(0, _rawLength);

    public ReadOnlySpan<byte> LineText => _text.AsSpan(0, _textLength);

    /// <summary>Raw bytes of the line begun last.</summary>
    public int LineLength => _rawLength - _mark;

    public void Clear()
    {
        _rawLength = 0;
        _mark = 0;
    }

    public void BeginLine()
    {
        _mark = _rawLength;
        _textLength = 0;
    }

    public void DropLine()
    {
        _rawLength = _mark;
        _textLength = 0;
    }

    /// <summary>Bytes that stay as they are.</summary>
    public void Both(ReadOnlySpan<byte> bytes)
    {
        RawOnly(bytes);
        TextOnly(bytes);
    }

    /// <summary>Bytes that leave no trace in the text.</summary>
    public void RawOnly(ReadOnlySpan<byte> bytes)
    {
        if (_raw.Length - _rawLength < bytes.Length)
        {
            Array.Resize(ref _raw, Math.Max(_raw.Length * 2, _rawLength + bytes.Length));
        }

        bytes.CopyTo(_raw.AsSpan(_rawLength));
        _rawLength += bytes.Length;
    }

    /// <summary>Text that stands for other bytes.</summary>
    public void TextOnly(ReadOnlySpan<byte> bytes)
    {
        if (!wantText)
        {
            return;
        }

        if (_text.Length - _textLength < bytes.Length)
        {
            Array.Resize(ref _text, Math.Max(_text.Length * 2, _textLength + bytes.Length));
        }

        bytes.CopyTo(_text.AsSpan(_textLength));
        _textLength += bytes.Length;
    }
}
