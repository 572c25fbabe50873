namespace Granary.Core.Tests.Streams;

/// <summary>Drops, doubles and reorders one message of twenty each; which, follows from a seed.</summary>
internal sealed class LossyTransport<T>(int seed, Func<T, Task> deliver)
    where T : class
{
    private readonly Random random = new(seed);
    private readonly Lock gate = new();
    private T? late;

    /// <summary>Messages that went wrong.</summary>
    public int Faults { get; private set; }

    public async Task SendAsync(T message)
    {
        foreach (var one in Fate(message))
        {
            await deliver(one);
        }
    }

    private List<T> Fate(T message)
    {
        lock (gate)
        {
            var fate = random.Next(20);
            Faults += fate < 3 ? 1 : 0;
            if (fate == 2 && late is null)
            {
                late = message;
                return [];
            }

            List<T> sent = fate switch
            {
                0 => [],
                1 => [message, message],
                _ => [message],
            };
            if (late is not null && sent.Count > 0)
            {
                sent.Add(late);
                late = null;
            }

            return sent;
        }
    }
}
