using System.Globalization;
using Granary.Core.Model;

namespace Granary.Cluster;

/// <summary>Build keys as grain keys: <c>source/attempt/id</c>; a source's id has no slash.</summary>
internal static class BuildGrainKey
{
    public static string Of(BuildKey build) => string.Create(CultureInfo.InvariantCulture, $"{build.Source}/{build.Attempt}/{build.Id}");

    /// <summary>The stream of a build's chunks: the same on every silo.</summary>
    public static string Partition(BuildKey build, int partitions) =>
        (build.Hash.Low % (ulong)partitions).ToString(CultureInfo.InvariantCulture);
}
