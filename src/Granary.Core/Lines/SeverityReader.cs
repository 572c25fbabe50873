using System.Text;
using Granary.Core.Masking;
using Granary.Core.Model;

namespace Granary.Core.Lines;

/// <summary>
/// Reads how grave a line says it is, by marks in its first <see cref="Sight"/> bytes. Of several marks the gravest counts: a
/// test harness that logs a failure as INFO has still logged a failure.
/// </summary>
/// <remarks>
/// <list type="table">
/// <item><term>Critical</term><description>CRITICAL, FATAL, PANIC, EMERG as words; fatal: critical: panic:</description></item>
/// <item><term>Error</term><description>ERROR, FAILED, FAIL, FAILURE, SEVERE, ERR!, TEST-UNEXPECTED-…, Traceback (most…, error: also
/// as the end of a word (TypeError:)</description></item>
/// <item><term>Warning</term><description>WARNING, WARN; warning: warn:</description></item>
/// <item><term>Notice, Info, Debug, Trace</term><description>NOTICE, INFO, DEBUG, TRACE; notice: info: debug: trace:</description></item>
/// </list>
/// A word is in capitals and stands alone. In any case it counts before a colon, in brackets (<c>[error]</c>,
/// <c>##[error]</c>, <c>&lt;error&gt;</c>), as a value in quotes (<c>"level":"error"</c>) and after <c>level=</c>,
/// <c>lvl=</c> or <c>severity=</c>.
/// </remarks>
public static class SeverityReader
{
    /// <summary>Bytes of a line that are looked at.</summary>
    public const int Sight = 160;

    private static readonly (byte[] Word, Severity Severity, Use Use)[] Marks =
    [
        Mark("CRITICAL", Severity.Critical), Mark("FATAL", Severity.Critical), Mark("PANIC", Severity.Critical),
        Mark("EMERG", Severity.Critical), Mark("ERROR", Severity.Error, Use.Suffix), Mark("FAILED", Severity.Error, Use.Capitals),
        Mark("FAIL", Severity.Error, Use.Capitals), Mark("FAILURE", Severity.Error, Use.Capitals), Mark("SEVERE", Severity.Error),
        Mark("ERR!", Severity.Error, Use.Capitals), Mark("TEST-UNEXPECTED-", Severity.Error, Use.Start),
        Mark("Traceback (most ", Severity.Error, Use.Start), Mark("WARNING", Severity.Warning), Mark("WARN", Severity.Warning),
        Mark("NOTICE", Severity.Notice), Mark("INFO", Severity.Info), Mark("DEBUG", Severity.Debug), Mark("TRACE", Severity.Trace),
    ];

    /// <summary>What the marks begin with, each once.</summary>
    private static readonly byte[][] Starts = StartsOf();

    /// <summary>For each start its marks.</summary>
    private static readonly (byte[] Word, Severity Severity, Use Use)[][] ByStart = MarksByStart();

    private static readonly NeedleProbe Probe = new(Starts);

    private enum Use
    {
        /// <summary>In capitals alone, in any case with punctuation.</summary>
        Word,

        /// <summary>As a word, also as the end of a longer one before a colon.</summary>
        Suffix,

        /// <summary>In capitals only.</summary>
        Capitals,

        /// <summary>As written, whatever follows.</summary>
        Start,
    }

    /// <summary>The severity of a line; of an entry that continues one there is none to ask for.</summary>
    public static Severity Of(ReadOnlySpan<byte> line)
    {
        line = line[..Math.Min(line.Length, Sight)];
        var gravest = Severity.None;
        for (var at = Probe.Find(line, 0, out var start); at >= 0; at = Probe.Find(line, at + 1, out start))
        {
            foreach (var (word, severity, use) in ByStart[start])
            {
                if (severity > gravest && line.Length - at >= word.Length && IsMark(line, at, word, use))
                {
                    gravest = severity;
                }
            }
        }

        return gravest;
    }

    // Plain loops: every process that reads a line starts here.
    private static byte[][] StartsOf()
    {
        var starts = new List<byte[]>();
        foreach (var (word, _, _) in Marks)
        {
            var start = word[..NeedleProbe.Size];
            if (!starts.Exists(known => Ascii.EqualsIgnoreCase(known, start)))
            {
                starts.Add(start);
            }
        }

        return starts.ToArray();
    }

    private static (byte[] Word, Severity Severity, Use Use)[][] MarksByStart()
    {
        var all = new (byte[], Severity, Use)[Starts.Length][];
        for (var start = 0; start < all.Length; start++)
        {
            all[start] = Array.FindAll(Marks, mark => Ascii.EqualsIgnoreCase(mark.Word.AsSpan(0, NeedleProbe.Size), Starts[start]));
        }

        return all;
    }

    private static bool IsMark(ReadOnlySpan<byte> line, int at, byte[] word, Use use)
    {
        var text = line.Slice(at, word.Length);
        var end = at + word.Length;
        var alone = at == 0 || !TokenShape.IsWord(line, at - 1);
        if (text.SequenceEqual(word) && alone && (use == Use.Start || !TokenShape.IsWord(line, end)))
        {
            return true;
        }

        if (use is Use.Capitals or Use.Start || !Ascii.EqualsIgnoreCase(text, word))
        {
            return false;
        }

        if (end == line.Length)
        {
            return IsLevel(line[..at]);
        }

        var before = at > 0 ? line[at - 1] : (byte)' ';
        return line[end] switch
        {
            (byte)':' => alone || use == Use.Suffix,
            (byte)']' => before == '[',
            (byte)'>' => before == '<',
            (byte)'"' => before == '"' && at > 1 && line[at - 2] is (byte)':' or (byte)' ' or (byte)'=' && (end + 1 >= line.Length || line[end + 1] != ':'),
            (byte)' ' or (byte)',' or (byte)';' => IsLevel(line[..at]),
            _ => false,
        };
    }

    private static bool IsLevel(ReadOnlySpan<byte> before) =>
        before.EndsWith("level="u8) || before.EndsWith("lvl="u8) || before.EndsWith("severity="u8);

    private static (byte[] Word, Severity Severity, Use Use) Mark(string word, Severity severity, Use use = Use.Word) =>
        (Encoding.ASCII.GetBytes(word), severity, use);
}
