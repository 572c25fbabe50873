using System.Collections.Immutable;
using System.Globalization;

namespace Granary.Core.Cursors;

/// <summary>
/// Disjoint closed intervals of positions, ascending, never adjacent: what is wholly recorded. What lies between, above and
/// below them is the work. A position is the CI's ascending build id, or seconds since 1970 where it has none.
/// </summary>
public sealed class IntervalSet : IEquatable<IntervalSet>
{
    public static readonly IntervalSet Empty = new([]);

    private readonly ImmutableArray<Interval> intervals;

    private IntervalSet(ImmutableArray<Interval> intervals) => this.intervals = intervals;

    /// <summary>Ascending by position.</summary>
    public IReadOnlyList<Interval> Intervals => intervals;

    public bool IsEmpty => intervals.IsEmpty;

    /// <summary>The highest recorded position; null for none.</summary>
    public long? Top => intervals.IsEmpty ? null : intervals[^1].To;

    public bool Contains(long position)
    {
        var (low, high) = (0, intervals.Length - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            if (position < intervals[middle].From)
            {
                high = middle - 1;
            }
            else if (position > intervals[middle].To)
            {
                low = middle + 1;
            }
            else
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The union with one more interval; touching neighbours become one.</summary>
    /// <exception cref="ArgumentException"><paramref name="added"/> ends before it begins.</exception>
    public IntervalSet Add(Interval added)
    {
        if (added.To < added.From)
        {
            throw new ArgumentException($"interval {added.From}..{added.To} ends before it begins", nameof(added));
        }

        var result = ImmutableArray.CreateBuilder<Interval>(intervals.Length + 1);
        foreach (var interval in intervals)
        {
            if (Touches(interval, added))
            {
                added = new(Math.Min(interval.From, added.From), Math.Max(interval.To, added.To));
            }
            else
            {
                result.Add(interval);
            }
        }

        result.Add(added);
        result.Sort((left, right) => left.From.CompareTo(right.From));
        return new(result.ToImmutable());
    }

    /// <summary>What is not recorded within <paramref name="bounds"/>, the newest gap first.</summary>
    public IEnumerable<Interval> Gaps(Interval bounds)
    {
        var to = bounds.To;
        for (var i = intervals.Length - 1; i >= 0 && to >= bounds.From; i--)
        {
            var interval = intervals[i];
            if (interval.From > to)
            {
                continue;
            }

            if (interval.To < to)
            {
                if (interval.To < bounds.From)
                {
                    break;
                }

                yield return new(interval.To + 1, to);
            }

            if (interval.From <= bounds.From)
            {
                yield break;
            }

            to = interval.From - 1;
        }

        if (to >= bounds.From)
        {
            yield return new(bounds.From, to);
        }
    }

    /// <summary>Reads what <see cref="ToString"/> writes.</summary>
    /// <exception cref="FormatException">Not such a list.</exception>
    public static IntervalSet Parse(string text)
    {
        var read = new List<Interval>();
        foreach (var item in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var ends = item.Split("..");
            read.Add(ends.Length == 2 && TryRead(ends[0], out var from) && TryRead(ends[1], out var to) && from <= to
                ? new(from, to)
                : throw new FormatException($"not an interval: {item}"));
        }

        read.Sort((left, right) => left.From.CompareTo(right.From));
        return new(Join(read));
    }

    /// <summary><c>from..to</c>, ascending, parted by blanks.</summary>
    public override string ToString() => string.Join(' ', intervals.Select(interval => $"{interval.From}..{interval.To}"));

    public bool Equals(IntervalSet? other) => other is not null && intervals.AsSpan().SequenceEqual(other.intervals.AsSpan());

    public override bool Equals(object? obj) => Equals(obj as IntervalSet);

    public override int GetHashCode() => intervals.IsEmpty ? 0 : HashCode.Combine(intervals.Length, intervals[0], intervals[^1]);

    private static bool TryRead(string text, out long position) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out position);

    /// <summary>Of intervals ascending by their starts, those that touch become one.</summary>
    private static ImmutableArray<Interval> Join(List<Interval> ascending)
    {
        var result = ImmutableArray.CreateBuilder<Interval>(ascending.Count);
        foreach (var interval in ascending)
        {
            if (result.Count > 0 && Touches(result[^1], interval))
            {
                result[^1] = new(result[^1].From, Math.Max(result[^1].To, interval.To));
            }
            else
            {
                result.Add(interval);
            }
        }

        return result.ToImmutable();
    }

    private static bool Touches(Interval left, Interval right) =>
        (right.To == long.MaxValue || left.From <= right.To + 1) && (left.To == long.MaxValue || right.From <= left.To + 1);
}
