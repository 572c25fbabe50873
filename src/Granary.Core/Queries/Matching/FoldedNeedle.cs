using System.Text;
using Granary.Core.Text;

namespace Granary.Core.Queries.Matching;

/// <summary>
/// A folded literal, made ready to be searched for in text that is not folded. Each byte of what is searched for has two
/// alternatives, the lower and the upper case. Characters with more than two sources, or with sources of different length, break
/// the literal into runs, of which the rarest is used. <c>i</c> and <c>k</c> have a third source, U+0130 and U+212A: two
/// characters so rare that a text is asked once whether it has them, and only then do <c>i</c> and <c>k</c> break runs.
/// </summary>
internal sealed class FoldedNeedle
{
    private readonly NeedleRun? usual;
    private readonly NeedleRun? careful;

    internal FoldedNeedle(ReadOnlySpan<byte> folded)
    {
        usual = Rarest(folded, careful: false);
        careful = Rarest(folded, careful: true);
        CareMatters = folded.ContainsAny((byte)'i', (byte)'k');
    }

    /// <summary>How rare the literal is: bits of surprise, roughly.</summary>
    internal int Rarity => usual?.Rarity ?? 0;

    /// <summary>True if it matters whether the text has U+0130 or U+212A.</summary>
    internal bool CareMatters { get; }

    internal static bool NeedsCare(ReadOnlySpan<byte> text) => text.IndexOf("\u0130"u8) >= 0 || text.IndexOf("\u212A"u8) >= 0;

    /// <summary>
    /// The next offset at <paramref name="from"/> or later where a part of the literal may stand, so that its line may hold the
    /// literal; -1 where there is none.
    /// </summary>
    internal int IndexIn(ReadOnlySpan<byte> text, int from, bool care)
    {
        var run = care ? careful : usual;
        return run is not null ? run.IndexIn(text, from) : from < text.Length ? from : -1;
    }

    private static NeedleRun? Rarest(ReadOnlySpan<byte> folded, bool careful)
    {
        var runs = new List<NeedleRun>();
        var (lower, upper) = (new List<byte>(), new List<byte>());
        foreach (var rune in Encoding.UTF8.GetString(folded).EnumerateRunes())
        {
            if (!Add(rune, careful, lower, upper) && lower.Count > 0)
            {
                runs.Add(new NeedleRun([.. lower], [.. upper]));
                lower.Clear();
                upper.Clear();
            }
        }

        if (lower.Count > 0)
        {
            runs.Add(new NeedleRun([.. lower], [.. upper]));
        }

        return runs.MaxBy(run => run.Rarity);
    }

    private static bool Add(Rune rune, bool careful, List<byte> lower, List<byte> upper)
    {
        var sources = SimpleLowercase.Sources(rune.Value);
        sources = !careful && rune.IsAscii ? [.. sources.Where(source => source < 0x80)] : sources;
        if (sources.Count is 0 or > 2 || sources.Any(source => new Rune(source).Utf8SequenceLength != rune.Utf8SequenceLength))
        {
            return false;
        }

        lower.AddRange(Encoding.UTF8.GetBytes(new Rune(sources[0]).ToString()));
        upper.AddRange(Encoding.UTF8.GetBytes(new Rune(sources[^1]).ToString()));
        return true;
    }
}
