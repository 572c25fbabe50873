using System.Collections.Concurrent;
using Granary.Simulator.Faults;

namespace Granary.Simulator.Timeline;

/// <summary>
/// Which builds there are at this moment. Those of the timeline are computed; only builds added or finished by hand are held.
/// A build's position never changes: one added by hand takes the position after the newest build visible at that time.
/// </summary>
internal sealed class BuildTimeline
{
    private readonly SimulatorOptions _options;
    private readonly SimulatedClock _clock;
    private readonly BuildTimes _times;
    private readonly long _backlog;
    private readonly Lock _gate = new();
    private readonly List<long> _handMadePositions = [];
    private readonly ConcurrentDictionary<long, HandMadeBuild> _handMade = new();
    private readonly ConcurrentDictionary<long, (string Result, DateTime End)> _finishedByHand = new();
    private long _visibleOfTimeline;

    public BuildTimeline(SimulatorOptions options)
    {
        _options = options;
        _clock = new SimulatedClock(options);
        _times = new BuildTimes(options, _clock.Epoch);
        _backlog = Math.Min(options.BacklogBuilds ?? options.Builds, options.Builds);
        _visibleOfTimeline = _backlog;
        Keys = new BuildKeys(options.Seed);
    }

    public BuildKeys Keys { get; }

    public DateTime Now => _clock.Now;

    /// <summary>How many builds are listed now; positions 0 to this - 1.</summary>
    public long Count
    {
        get
        {
            lock (_gate)
            {
                return AdvanceTimeline() + _handMadePositions.Count;
            }
        }
    }

    public long Add(BuildSpec spec)
    {
        lock (_gate)
        {
            var position = AdvanceTimeline() + _handMadePositions.Count;
            var now = _clock.Now;
            var start = now - (spec.StartedAgo ?? _times.Duration(position, _options.LiveDuration));
            _handMadePositions.Add(position);
            _handMade[position] = new HandMadeBuild(spec, start, spec.Running ? null : now);
            return position;
        }
    }

    public void Finish(long position, string result) => _finishedByHand[position] = (result, _clock.Now);

    public BuildSpec? SpecAt(long position) => _handMade.TryGetValue(position, out var build) ? build.Spec : null;

    public SimulatorFaults FaultsAt(long position) => SpecAt(position)?.Faults ?? _options.Faults;

    public DateTime StartAt(long position) => _handMade.TryGetValue(position, out var build) ? build.Start : TimelineStart(position, out _);

    /// <summary>The end, were the clock to run on; null when it never comes by itself.</summary>
    public DateTime? EndAt(long position)
    {
        if (_finishedByHand.TryGetValue(position, out var finished))
        {
            return finished.End;
        }

        if (_handMade.TryGetValue(position, out var build))
        {
            return build.End;
        }

        var start = TimelineStart(position, out var live);
        return _times.End(position, start, live);
    }

    public string? ResultByHand(long position) =>
        _finishedByHand.TryGetValue(position, out var finished) ? finished.Result : SpecAt(position)?.Result;

    private long AdvanceTimeline()
    {
        if (_visibleOfTimeline < _options.Builds && _options.BuildsPerSecond > 0)
        {
            var arrived = (long)((_clock.Now - _clock.Epoch).TotalSeconds * _options.BuildsPerSecond);
            _visibleOfTimeline = Math.Max(_visibleOfTimeline, Math.Min(_options.Builds, _backlog + arrived));
        }

        return _visibleOfTimeline;
    }

    private DateTime TimelineStart(long position, out bool live)
    {
        live = position >= _backlog;
        return live ? _times.LiveStart(position - _backlog - HandMadeBefore(position)) : _times.BacklogStart(position, _backlog);
    }

    private int HandMadeBefore(long position)
    {
        lock (_gate)
        {
            var index = _handMadePositions.BinarySearch(position);
            return index < 0 ? ~index : index;
        }
    }
}
