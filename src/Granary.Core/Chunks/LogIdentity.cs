using System.Security.Cryptography;
using System.Text;
using Granary.Core.Model;

namespace Granary.Core.Chunks;

/// <summary>What a chunk belongs to: one generation of one file of one build. Shared by all chunks of the log.</summary>
public sealed class LogIdentity
{
    public LogIdentity(Build build, string file, string fileUrl, int generation, DateOnly indexDay)
    {
        (Build, File, FileUrl, Generation, IndexDay) = (build, file, fileUrl, generation, indexDay);
        BuildHash = build.Key.Hash;
        Id = Id96.FromSha256(SHA256.HashData(Encoding.UTF8.GetBytes(
            $"{build.Key.Source}\n{build.Key.Id}\n{build.Key.Attempt}\n{file}\n{generation}")));
    }

    public Build Build { get; }

    /// <summary>The file's path in the build.</summary>
    public string File { get; }

    /// <summary>Where the file is at the CI.</summary>
    public string FileUrl { get; }

    public int Generation { get; }

    public DateOnly IndexDay { get; }

    /// <summary><see cref="BuildKey.Hash"/>, computed once.</summary>
    public Id96 BuildHash { get; }

    /// <summary>The 96-bit hash of build, file and generation that starts every id of its chunks and lines.</summary>
    public Id96 Id { get; }
}
