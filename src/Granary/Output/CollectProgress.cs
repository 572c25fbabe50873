using Granary.App.Reporting;

namespace Granary.Output;

/// <summary>What a display of collecting shows at one moment.</summary>
internal sealed record CollectProgress(RunReport Run, int Pending, TimeSpan? Lag);
