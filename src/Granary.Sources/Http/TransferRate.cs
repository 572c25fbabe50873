namespace Granary.Sources.Http;

/// <summary>Watches how fast a body comes. Only the time spent waiting for it counts, not what its reader does between.</summary>
internal sealed class TransferRate(SourceOptions options)
{
    private TimeSpan waited;
    private long came;
    private long began;

    public void Begin() => began = options.Time.GetTimestamp();

    /// <summary>So many bytes came since <see cref="Begin"/>.</summary>
    /// <exception cref="SlowTransferException">Too few for the time.</exception>
    public void End(int bytes)
    {
        waited += options.Time.GetElapsedTime(began);
        came += bytes;
        if (waited < options.LeastRateTime)
        {
            return;
        }

        if (came < options.LeastRate * waited.TotalSeconds)
        {
            throw new SlowTransferException($"only {came} bytes came in {waited.TotalSeconds:0.#} s");
        }

        (waited, came) = (TimeSpan.Zero, 0);
    }
}
