using Granary.Core.Cursors;

namespace Granary.Core.Tests.Cursors;

public sealed class IntervalSetTests
{
    private const int Highest = 60;

    private static readonly Interval Everything = new(long.MinValue, long.MaxValue);

    [Fact]
    public void Any_additions_give_the_same_set_as_adding_every_position_alone()
    {
        var random = new Random(7);
        for (var round = 0; round < 2000; round++)
        {
            var (set, naive) = Sample(random);

            AssertSame(set, naive);
        }
    }

    [Fact]
    public void Gaps_are_the_positions_not_held_within_the_bounds_newest_first()
    {
        var random = new Random(11);
        for (var round = 0; round < 2000; round++)
        {
            var (set, naive) = Sample(random);
            var bounds = new Interval(random.Next(-5, Highest), random.Next(-5, Highest + 5));
            var gaps = set.Gaps(bounds).ToList();

            var missing = new List<long>();
            for (var position = bounds.To; position >= bounds.From; position--)
            {
                if (!naive.Contains(position))
                {
                    missing.Add(position);
                }
            }

            gaps.SelectMany(Descending).ShouldBe(missing);
            gaps.Zip(gaps.Skip(1)).ShouldAllBe(pair => pair.Second.To + 1 < pair.First.From);
        }
    }

    [Fact]
    public void Filling_every_gap_leaves_one_interval()
    {
        var random = new Random(13);
        for (var round = 0; round < 500; round++)
        {
            var (set, _) = Sample(random);
            var bounds = new Interval(0, Highest);
            var filled = set.Gaps(bounds).Aggregate(set, (filling, gap) => filling.Add(gap));

            filled.Gaps(bounds).ShouldBeEmpty();
            filled.Intervals.Count.ShouldBe(1);
        }
    }

    [Fact]
    public void The_order_of_additions_does_not_matter()
    {
        var random = new Random(17);
        for (var round = 0; round < 500; round++)
        {
            var added = Enumerable.Range(0, 8).Select(_ => RandomInterval(random)).ToArray();
            var forward = Build(added);
            random.Shuffle(added);
            var shuffled = Build(added);

            shuffled.ShouldBe(forward);
            shuffled.GetHashCode().ShouldBe(forward.GetHashCode());
        }
    }

    [Fact]
    public void Text_is_read_back_as_the_same_set()
    {
        var random = new Random(19);
        for (var round = 0; round < 500; round++)
        {
            var (set, _) = Sample(random);

            IntervalSet.Parse(set.ToString()).ShouldBe(set);
        }
    }

    [Fact]
    public void Text_of_many_intervals_is_read_in_time_that_grows_with_their_number()
    {
        const int count = 100_000;
        var text = string.Join(' ', Enumerable.Range(0, count).Select(number => $"{number * 10}..{(number * 10) + 5}"));

        // Adding them one by one would copy 10^10 intervals.
        var set = IntervalSet.Parse(text);

        set.Intervals.Count.ShouldBe(count);
        set.ToString().ShouldBe(text);
    }

    [Fact]
    public void The_ends_of_the_range_do_not_overflow()
    {
        var ends = Build(new(long.MaxValue, long.MaxValue), new(long.MinValue, long.MinValue), new(-1, 1));

        ends.Intervals.ShouldBe([new(long.MinValue, long.MinValue), new(-1, 1), new(long.MaxValue, long.MaxValue)]);
        ends.Gaps(Everything).ShouldBe([new(2, long.MaxValue - 1), new(long.MinValue + 1, -2)]);
        ends.Add(new(2, long.MaxValue - 1)).Add(new(long.MinValue + 1, -2)).Intervals.ShouldBe([Everything]);
        IntervalSet.Empty.Gaps(Everything).ShouldBe([Everything]);
        IntervalSet.Empty.Add(Everything).Gaps(Everything).ShouldBeEmpty();
        IntervalSet.Parse(ends.ToString()).ShouldBe(ends);
    }

    [Fact]
    public void Neighbours_become_one()
    {
        Build(new(1, 3), new(7, 9), new(4, 6)).Intervals.ShouldBe([new(1, 9)]);
    }

    [Fact]
    public void The_top_is_the_highest_position()
    {
        IntervalSet.Empty.Top.ShouldBeNull();
        Build(new(5, 9), new(1, 2)).Top.ShouldBe(9);
    }

    [Fact]
    public void An_interval_that_ends_before_it_begins_is_refused()
    {
        Should.Throw<ArgumentException>(() => IntervalSet.Empty.Add(new(2, 1)));
    }

    [Theory]
    [InlineData("1")]
    [InlineData("1..")]
    [InlineData("..1")]
    [InlineData("2..1")]
    [InlineData("1..2..3")]
    [InlineData("1..9223372036854775808")]
    [InlineData("a..b")]
    [InlineData("1,000..2,000")]
    public void Text_that_is_no_list_of_intervals_is_refused(string text)
    {
        Should.Throw<FormatException>(() => IntervalSet.Parse(text));
    }

    private static (IntervalSet Set, HashSet<long> Naive) Sample(Random random)
    {
        var (set, naive) = (IntervalSet.Empty, new HashSet<long>());
        for (var i = random.Next(1, 12); i > 0; i--)
        {
            var added = RandomInterval(random);
            set = set.Add(added);
            naive.UnionWith(Descending(added));
        }

        return (set, naive);
    }

    private static void AssertSame(IntervalSet set, HashSet<long> naive)
    {
        for (var position = -2L; position <= Highest + 2; position++)
        {
            set.Contains(position).ShouldBe(naive.Contains(position));
        }

        // Ascending, disjoint and never adjacent.
        set.Intervals.Zip(set.Intervals.Skip(1)).ShouldAllBe(pair => pair.First.To + 1 < pair.Second.From);
        set.Intervals.Sum(interval => interval.To - interval.From + 1).ShouldBe(naive.Count);
        set.Top.ShouldBe(naive.Max());
    }

    private static IntervalSet Build(params ReadOnlySpan<Interval> intervals)
    {
        var set = IntervalSet.Empty;
        foreach (var interval in intervals)
        {
            set = set.Add(interval);
        }

        return set;
    }

    private static Interval RandomInterval(Random random)
    {
        var from = random.Next(Highest);
        return new(from, Math.Min(Highest, from + random.Next(8)));
    }

    private static IEnumerable<long> Descending(Interval interval)
    {
        for (var position = interval.To; position >= interval.From; position--)
        {
            yield return position;
        }
    }
}
