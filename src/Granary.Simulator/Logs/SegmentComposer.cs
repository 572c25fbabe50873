using System.Text;

namespace Granary.Simulator.Logs;

/// <summary>
/// Composes the lines of one segment of a log: 4 MiB that end with a line and depend on nothing before them, so that reading
/// can start at any offset of a log of any size at the price of one segment.
/// </summary>
internal sealed class SegmentComposer
{
    public const long SegmentBytes = 4 << 20;

    // The room that is filled with one last line of exactly the missing length.
    private const int Slack = 480;

    private readonly LogFile _file;
    private readonly LinePrefix _prefix;
    private readonly bool _last;
    private readonly bool _first;
    private readonly long _meanTicks;
    private readonly Action<LineBuffer> _writeAny;
    private readonly Action<LineBuffer> _writeTool;
    private SeededRandom _random;
    private LogBlock _block = LogBlock.All[0];
    private BlockState _state;
    private long _left;
    private bool _failureWritten;
    private bool _started;

    public SegmentComposer(LogFile file, long segment)
    {
        _file = file;
        _random = new SeededRandom(SeededHash.Of(file.Seed, (ulong)segment, 41));
        _left = Math.Min(SegmentBytes, file.RawBytes - (segment * SegmentBytes));
        _first = segment == 0;
        _last = (segment + 1) * SegmentBytes >= file.RawBytes;
        _meanTicks = Math.Max(110, file.Span.Ticks / Math.Max(1, file.RawBytes / 100) / 2);
        _prefix = new LinePrefix(file, file.Start + (file.Span * (segment * SegmentBytes / (double)Math.Max(1, file.RawBytes))));
        _writeAny = WriteAny;
        _writeTool = WriteTool;
        _failureWritten = !_last || file.Failure is null;
    }

    /// <summary>Adds the next line with its end to the buffer; false when the segment is complete.</summary>
    public bool Next(LineBuffer line)
    {
        if (_left == 0)
        {
            return false;
        }

        line.BeginLine();
        if (_left <= Slack || !TryOrdinaryLine(line))
        {
            line.DropLine();
            if (_failureWritten || !TryLine(line, WriteFailure))
            {
                line.DropLine();
                WriteFiller(line);
            }

            _failureWritten = true;
        }

        _started = true;
        _left -= line.LineLength;
        return true;
    }

    private bool TryOrdinaryLine(LineBuffer line)
    {
        var reserve = _failureWritten ? 0 : 2 * Slack;
        if (_left <= Slack + reserve)
        {
            return false;
        }

        var random = _random;
        if (TryLine(line, _writeAny, reserve))
        {
            return true;
        }

        // Too long for what is left: another one in its place.
        _random = random;
        line.DropLine();
        return TryLine(line, _writeTool, reserve);
    }

    private bool TryLine(LineBuffer line, Action<LineBuffer> write, long reserve = 0)
    {
        if (_first && !_started && _file.ByteOrderMark)
        {
            line.RawOnly("\uFEFF"u8);
        }

        write(line);
        line.RawOnly(_file.CrLf ? "\r\n"u8 : "\n"u8);
        return line.LineLength <= _left - reserve;
    }

    private void WriteAny(LineBuffer line)
    {
        // Where a long line has no room it is not even tried: trying costs a megabyte each time.
        if (_file.LongLines && _left > _file.Faults.LongLineBytes + (4 * Slack) && _random.Chance(_file.Faults.LongLineShare))
        {
            _prefix.Write(line);
            OddLines.Long(line, ref _random, Math.Max(0, _file.Faults.LongLineBytes - line.LineLength));
        }
        else if (_file.Odd != OddLineKinds.None && _random.Chance(_file.Faults.OddLineShare))
        {
            WriteOdd(line);
        }
        else
        {
            WriteTool(line);
        }
    }

    private void WriteOdd(LineBuffer line)
    {
        var kind = (OddLineKinds)(1 << _random.Below(6)) & _file.Odd;
        if (kind is not (OddLineKinds.Empty or OddLineKinds.Progress))
        {
            _prefix.Write(line);
        }

        switch (kind)
        {
            case OddLineKinds.Progress: OddLines.Progress(line, ref _random); break;
            case OddLineKinds.Ansi: OddLines.Ansi(line, ref _random); break;
            case OddLineKinds.InvalidUtf8: OddLines.InvalidUtf8(line, ref _random); break;
            case OddLineKinds.Separators: OddLines.Separators(line, ref _random); break;
            case OddLineKinds.Secrets: OddLines.Secret(line, ref _random); break;
            case OddLineKinds.Empty: break;
            default: line.Both("ok"u8); break;
        }
    }

    private void WriteTool(LineBuffer line)
    {
        if (_state.Count >= _state.Total)
        {
            BeginBlock();
            _prefix.Advance(ref _random, _meanTicks * 4);
            _prefix.Write(line);
            _block.HeaderTemplate.Write(line, ref _random, _state);
            return;
        }

        var bodies = _block.BodyTemplates;
        var body = bodies[_block.InTurn ? _state.Count % bodies.Length : _random.Skewed(bodies.Length)];
        _prefix.Advance(ref _random, _meanTicks);
        _prefix.Write(line);
        body.Write(line, ref _random, _state);
        _state = _state with { Count = _state.Count + 1 };
    }

    private void BeginBlock()
    {
        var ticket = _random.Below(LogBlock.All.Sum(block => block.Weight));
        foreach (var block in LogBlock.All)
        {
            ticket -= block.Weight;
            if (ticket < 0)
            {
                _block = block;
                break;
            }
        }

        _state = new BlockState(_random.Next(), _random.Below(2000), 0, (_block.Lines / 2) + _random.Below(_block.Lines));
    }

    private void WriteFailure(LineBuffer line)
    {
        _prefix.Write(line);
        line.Both(Encoding.UTF8.GetBytes(_file.Failure!));
    }

    private void WriteFiller(LineBuffer line)
    {
        var end = _last && !_file.FinalLineFeed ? ""u8 : _file.CrLf && _left > 1 ? "\r\n"u8 : "\n"u8;
        var length = (int)_left - end.Length;
        if (length >= 100)
        {
            _prefix.Write(line);
            line.Both("PLAY RECAP "u8);
        }

        for (var i = line.LineLength; i < length; i++)
        {
            line.Both("*"u8);
        }

        line.RawOnly(end);
    }
}
