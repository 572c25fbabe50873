using System.Globalization;
using System.Text;

namespace Granary.Simulator.Logs;

/// <summary>Writes what stands before the text of a line: time, host, process. Time goes on a little with each line.</summary>
internal sealed class LinePrefix
{
    private static readonly byte[][] Hosts =
        [.. Enumerable.Range(0, 24).Select(i => Encoding.UTF8.GetBytes(i % 6 == 5 ? "localhost" : $"node-{i:00}"))];

    private readonly LogKind _kind;
    private readonly byte[] _host;
    private readonly byte[] _second = new byte[19];
    private long _ticks;
    private long _secondTicks = -1;

    public LinePrefix(LogFile file, DateTime start)
    {
        _kind = file.Kind;
        _host = Hosts[(int)(file.Seed % (ulong)Hosts.Length)];
        _ticks = start.Ticks;
    }

    /// <summary>Lets time pass: tools write in bursts, whose lines reach the console in the same moment.</summary>
    public void Advance(ref SeededRandom random, long meanTicks)
    {
        if (random.Below(8) == 0)
        {
            _ticks += (random.Below(16) * meanTicks / 10 * 10) + 10;
        }
    }

    public void Write(LineBuffer line)
    {
        switch (_kind)
        {
            case LogKind.Console:
                WriteTime(line, (byte)' ');
                line.Both(" | "u8);
                line.Both(_host);
                line.Both(" | "u8);
                break;
            case LogKind.Syslog:
                WriteTime(line, (byte)'T');
                line.Both("Z "u8);
                line.Both(_host);
                line.Both(" silo-agent[1187]: "u8);
                break;
            default:
                break;
        }
    }

    private void WriteTime(LineBuffer line, byte separator)
    {
        var second = _ticks - (_ticks % TimeSpan.TicksPerSecond);
        if (second != _secondTicks)
        {
            _secondTicks = second;
            var format = separator == (byte)'T' ? "yyyy-MM-ddTHH:mm:ss" : "yyyy-MM-dd HH:mm:ss";
            new DateTime(second).TryFormat(_second, out _, format, CultureInfo.InvariantCulture);
        }

        line.Both(_second);
        Span<byte> fraction = [(byte)'.', 0, 0, 0, 0, 0, 0];
        var micros = (_ticks - second) / 10;
        for (var i = 6; i > 0; i--)
        {
            fraction[i] = (byte)('0' + (micros % 10));
            micros /= 10;
        }

        line.Both(fraction);
    }
}
