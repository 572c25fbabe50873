namespace Granary.Simulator;

/// <summary>SplitMix64: a small generator whose whole state is one number, so it can start anywhere in a log.</summary>
internal struct SeededRandom(ulong state)
{
    private ulong _state = state;

    public ulong Next()
    {
        _state += 0x9E3779B97F4A7C15;
        return SeededHash.Mix(_state);
    }

    /// <summary>A number from 0 to <paramref name="bound"/> - 1.</summary>
    public int Below(int bound) => (int)(((Next() >> 32) * (ulong)bound) >> 32);

    public double Unit() => SeededHash.Unit(Next());

    public bool Chance(double rate) => rate > 0 && Unit() < rate;

    /// <summary>An index below <paramref name="bound"/>, small ones far more often: names in logs repeat like that.</summary>
    public int Skewed(int bound)
    {
        var unit = Unit();
        return (int)(unit * unit * unit * bound);
    }
}
