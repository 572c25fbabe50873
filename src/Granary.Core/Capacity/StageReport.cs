namespace Granary.Core.Capacity;

/// <summary>How a stage spends its permits' time, smoothed; the three shares are in 0..1 and add up to 1.</summary>
/// <param name="Name">The stage.</param>
/// <param name="Permits">How many may work at once.</param>
/// <param name="Busy">Working: the utilisation.</param>
/// <param name="Starved">Waiting for input.</param>
/// <param name="Blocked">Waiting for output.</param>
/// <param name="ItemsPerSecond">Items that passed.</param>
/// <param name="BytesPerSecond">Bytes that passed.</param>
public sealed record StageReport(
    string Name, int Permits, double Busy, double Starved, double Blocked, double ItemsPerSecond, double BytesPerSecond);
