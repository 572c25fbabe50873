using System.Text;
using Granary.Core.Chunks;
using Granary.Core.Model;
using Granary.Core.Queries;

namespace Granary.Blocks.Tests;

/// <summary>Lines kept in a list and searched one by one, by rules written apart from the product's.</summary>
internal sealed class NaiveIndex
{
    public sealed record Entry(LogIdentity Log, long Line, int Part, string Text, long Time, Severity Severity);

    public List<Entry> Entries { get; } = [];

    public void Add(IEnumerable<Chunk> chunks)
    {
        foreach (var chunk in chunks)
        {
            var (line, part, start) = (chunk.FirstLine, chunk.FirstPart, 0);
            for (var entry = 0; entry < chunk.Count; entry++)
            {
                if (entry > 0)
                {
                    var continues = (chunk.Flags[entry] & Chunk.ContinuesLine) != 0;
                    (line, part) = continues ? (line, part + 1) : (line + 1, 0);
                }

                Entries.Add(new Entry(chunk.Log, line, part, Encoding.UTF8.GetString(chunk.Text.Span[start..chunk.Ends[entry]]),
                    chunk.Times[entry], (Severity)(chunk.Flags[entry] & Chunk.SeverityBits)));
                start = chunk.Ends[entry] + 1;
            }
        }
    }

    /// <summary>The lines (not parts) that answer, in the order of answers.</summary>
    public List<(string Build, string File, int Generation, long Line)> Find(QueryNode query) =>
    [
        .. Entries.GroupBy(entry => (entry.Log.Id, entry.Line))
            .Where(line => Holds(query, [.. line.OrderBy(entry => entry.Part)]))
            .Select(line => line.First())
            .OrderByDescending(entry => entry.Log.Build.FinishedAt ?? DateTimeOffset.MinValue)
            .ThenBy(entry => entry.Log.Build.Key.Id, StringComparer.Ordinal).ThenBy(entry => entry.Log.File, StringComparer.Ordinal)
            .ThenBy(entry => entry.Log.Generation).ThenBy(entry => entry.Line)
            .Select(entry => (entry.Log.Build.Key.Id, entry.Log.File, entry.Log.Generation, entry.Line)),
    ];

    private static bool Holds(QueryNode query, Entry[] parts) => query switch
    {
        AllNode => true,
        AndNode and => and.Operands.All(one => Holds(one, parts)),
        OrNode or => or.Operands.Any(one => Holds(one, parts)),
        NotNode not => !Holds(not.Operand, parts),
        FieldNode { Field: "job" } field => parts[0].Log.Build.Job == field.Value,
        SeverityNode severity => parts[0].Severity >= severity.From && parts[0].Severity <= severity.To,
        TimeNode time => TimeOf(parts[0]) is { } known && known >= time.From && known < time.Until,
        PhraseNode phrase => HasPhrase(Tokens(Whole(parts)), phrase.Tokens),
        WildcardNode { OpenStart: true, OpenEnd: true } wildcard => HasInOrder(Whole(parts).ToLowerInvariant(), wildcard.Literals),
        _ => throw new NotSupportedException(query.ToString()),
    };

    private static long? TimeOf(Entry entry) => entry.Time != Chunk.NoTime
        ? entry.Time
        : entry.Log.Build.FinishedAt is { } finish ? finish.ToUnixTimeMilliseconds() * 1_000_000 : null;

    private static string Whole(Entry[] parts) => string.Concat(parts.Select(part => part.Text));

    private static List<string> Tokens(string line)
    {
        var tokens = new List<string>();
        var token = new StringBuilder();
        foreach (var letter in line + " ")
        {
            if (char.IsLetterOrDigit(letter) || letter == '_')
            {
                token.Append(char.ToLowerInvariant(letter));
            }
            else if (token.Length > 0)
            {
                tokens.Add(token.ToString());
                token.Clear();
            }
        }

        return tokens;
    }

    private static bool HasPhrase(List<string> tokens, IReadOnlyList<string> phrase) =>
        Enumerable.Range(0, Math.Max(0, tokens.Count - phrase.Count + 1))
            .Any(start => phrase.Select((token, index) => tokens[start + index] == token).All(same => same));

    private static bool HasInOrder(string line, IReadOnlyList<string> literals)
    {
        var from = 0;
        foreach (var literal in literals)
        {
            var at = line.IndexOf(literal, from, StringComparison.Ordinal);
            if (at < 0)
            {
                return false;
            }

            from = at + literal.Length;
        }

        return true;
    }
}
