namespace Granary;

/// <summary>What the process tells its caller; the same as ripgrep's for searches.</summary>
internal static class ExitCodes
{
    /// <summary>Done; for a search: found.</summary>
    public const int Success = 0;

    /// <summary>Nothing found, a gap found, or not everything collected.</summary>
    public const int No = 1;

    /// <summary>A wrong call, bad input, or a fault.</summary>
    public const int Error = 2;

    /// <summary>Ended by Ctrl-C, as shells count it.</summary>
    public const int Interrupted = 130;
}
