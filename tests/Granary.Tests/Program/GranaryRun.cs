namespace Granary.Tests.Program;

/// <summary>What one call of the program gave.</summary>
public sealed record GranaryRun(int Code, string Out, string Error)
{
    public string[] Lines => Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
