namespace Granary.Simulator.Timeline;

/// <summary>Simulated time: begins at the epoch and runs some times as fast as the clock below.</summary>
internal sealed class SimulatedClock
{
    private readonly TimeProvider _clock;
    private readonly double _speed;
    private readonly long _started;

    public SimulatedClock(SimulatorOptions options)
    {
        _clock = options.TimeProvider;
        _speed = options.ClockSpeed;
        _started = _clock.GetTimestamp();
        Epoch = WholeSeconds((options.Epoch ?? _clock.GetUtcNow()).UtcDateTime);
    }

    public DateTime Epoch { get; }

    public DateTime Now => Epoch + (_clock.GetElapsedTime(_started) * _speed);

    public static DateTime WholeSeconds(DateTime time) => time.AddTicks(-(time.Ticks % TimeSpan.TicksPerSecond));
}
