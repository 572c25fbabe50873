using System.Globalization;

namespace Granary.Simulator.Timeline;

/// <summary>Maps places in the order of starts to Zuul's ids and uuids and back, without a table.</summary>
internal sealed class BuildKeys(ulong seed)
{
    // A real id of the year 2024; every third id, more or less, belongs to this tenant.
    private const long FirstId = 23_000_001;
    private const int Stride = 3;

    public long IdAt(long position) => FirstId + (position * Stride) + (long)(SeededHash.Of(seed, (ulong)position, 11) % Stride);

    /// <summary>The lowest position whose id is not below <paramref name="id"/>.</summary>
    public long FirstAtOrAbove(long id)
    {
        if (id <= FirstId)
        {
            return 0;
        }

        var position = (id - FirstId) / Stride;
        return IdAt(position) >= id ? position : position + 1;
    }

    /// <summary>The highest position whose id is not above <paramref name="id"/>; -1 when there is none.</summary>
    public long LastAtOrBelow(long id)
    {
        var position = FirstAtOrAbove(id);
        return id >= FirstId && IdAt(position) == id ? position : position - 1;
    }

    public string UuidAt(long position)
    {
        var check = SeededHash.Of(seed, (ulong)position, 12);
        return $"{check:x16}{(ulong)position ^ SeededHash.Of(seed, check, 13):x16}";
    }

    /// <summary>The position of a uuid, or -1 for one that this simulator never gave.</summary>
    public long PositionOf(string uuid)
    {
        if (uuid.Length != 32
            || !ulong.TryParse(uuid.AsSpan(0, 16), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var check)
            || !ulong.TryParse(uuid.AsSpan(16), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var hidden))
        {
            return -1;
        }

        var position = hidden ^ SeededHash.Of(seed, check, 13);
        return position <= long.MaxValue && SeededHash.Of(seed, position, 12) == check ? (long)position : -1;
    }
}
