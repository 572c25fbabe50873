namespace Granary.App.Reporting;

/// <summary>A cause for which an engine refused lines.</summary>
public sealed record RefusalStatus(string Reason, long Lines);
