using Granary.Core.Ports;

namespace Granary.Composition;

/// <summary>
/// Waits for an engine that is away when a collector starts, as one that runs does: a machine that boots starts both in any order. What only
/// other settings mend ends it at once.
/// </summary>
internal sealed class EngineWait(TimeProvider time, Func<string, Task> tell)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan FirstSilence = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestSilence = TimeSpan.FromHours(1);

    /// <summary>What <paramref name="open"/> gives once it succeeds.</summary>
    /// <exception cref="IndexUnavailableException">The settings keep the engine away.</exception>
    public async Task<T> ForAsync<T>(Func<CancellationToken, Task<T>> open, CancellationToken cancellation)
    {
        var (pause, silence, told) = (FirstPause, TimeSpan.Zero, time.GetTimestamp());
        while (true)
        {
            try
            {
                var opened = await open(cancellation);
                if (silence > TimeSpan.Zero)
                {
                    await tell("the index answers; going on");
                }

                return opened;
            }
            catch (IndexUnavailableException e) when (!e.IsOfSettings)
            {
                if (time.GetElapsedTime(told) >= silence)
                {
                    await tell($"the index takes nothing: {e.Message}; trying again");
                    (silence, told) = (silence == TimeSpan.Zero ? FirstSilence : Shorter(2 * silence, LongestSilence), time.GetTimestamp());
                }
            }

            await Task.Delay(pause, time, cancellation);
            pause = Shorter(2 * pause, LongestPause);
        }
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
