using Granary.Core.Chunks;
using Granary.Core.Model;
using Granary.Core.Search;

namespace Granary.Elastic.Tests.Searching;

/// <summary>An entry, and the line that it is a part of.</summary>
internal sealed record RandomEntry(LogIdentity Log, long Line, int Part, byte[] Whole, int Start, int Length, long Time, Severity Severity)
{
    internal HitKey Key => new(Log.Build.FinishedAt, Log.Build.Key, Log.File, Line, Part);
}
