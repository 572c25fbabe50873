using Granary.Core.Model;

namespace Granary.Output;

/// <summary>What a log is called in every output, and what <c>show</c> takes.</summary>
internal static class LogName
{
    /// <summary><c>SOURCE/BUILD/FILE</c>; where a build is one file (a directory's), <c>SOURCE/BUILD</c>.</summary>
    public static string Of(BuildKey build, string file) => file == build.Id ? build.ToString() : $"{build}/{file}";
}
