namespace Granary.State.Records;

/// <summary>Instants as stored: ticks of 100 ns since 1970 UTC, so that nothing is lost. Offsets are not kept.</summary>
internal static class Instants
{
    public static long Ticks(DateTimeOffset instant) => instant.UtcTicks - DateTimeOffset.UnixEpoch.Ticks;

    public static long? Ticks(DateTimeOffset? instant) => instant is { } value ? Ticks(value) : null;

    /// <exception cref="FormatException">Outside the years 1 to 9999.</exception>
    public static DateTimeOffset Read(long ticks)
    {
        // The unsigned compare also refuses sums that wrapped round.
        var utc = unchecked(ticks + DateTimeOffset.UnixEpoch.Ticks);
        return (ulong)utc <= (ulong)DateTime.MaxValue.Ticks
            ? new(utc, TimeSpan.Zero)
            : throw new FormatException("an instant is out of its range");
    }

    public static DateTimeOffset? Read(long? ticks) => ticks is { } value ? Read(value) : null;

    /// <exception cref="FormatException">Outside the years 1 to 9999.</exception>
    public static DateOnly ReadDay(long number) => number >= 0 && number <= DateOnly.MaxValue.DayNumber
        ? DateOnly.FromDayNumber((int)number)
        : throw new FormatException("a day is out of its range");
}
