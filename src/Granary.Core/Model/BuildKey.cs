using System.Security.Cryptography;
using System.Text;

namespace Granary.Core.Model;

/// <summary>What names a build for ever: the source, the CI's own id, and the attempt.</summary>
/// <param name="Source">The immutable id of the source, see <see cref="SourceDefinition.Id"/>.</param>
/// <param name="Id">The CI's own id of the build; for a directory source the relative path with <c>/</c> separators.</param>
/// <param name="Attempt">The CI's count of re-runs under the same id, from 1.</param>
public sealed record BuildKey(string Source, string Id, int Attempt = 1) : IComparable<BuildKey>
{
    /// <summary>96 bits that stand for this key wherever a short fixed-width name is needed: the start of a SHA-256.</summary>
    public Id96 Hash => Id96.FromSha256(SHA256.HashData(Encoding.UTF8.GetBytes($"{Source}\n{Id}\n{Attempt}")));

    /// <summary>Orders by source, id (ordinal), then attempt.</summary>
    public int CompareTo(BuildKey? other)
    {
        if (other is null)
        {
            return 1;
        }

        var order = string.CompareOrdinal(Source, other.Source);
        order = order != 0 ? order : string.CompareOrdinal(Id, other.Id);
        return order != 0 ? order : Attempt.CompareTo(other.Attempt);
    }

    /// <summary><c>source/id</c>, and <c>#attempt</c> for a second or later attempt.</summary>
    public override string ToString() => Attempt == 1 ? $"{Source}/{Id}" : $"{Source}/{Id}#{Attempt}";
}
