using System.Security.Cryptography;
using System.Text;
using Granary.Core.Model;

namespace Granary.Core.Chunks;

/// <summary>What a chunk belongs to: one generation of one file of one build. Shared by all chunks of the log.</summary>
public sealed class LogIdentity(Build build, string file, string fileUrl, int generation, DateOnly indexDay)
{
    // Computed when first asked for: a search, which meets many logs, asks for none, and starts without the library of hashes.
    private Hashes? hashes;

    public Build Build => build;

    /// <summary>The file's path in the build.</summary>
    public string File => file;

    /// <summary>Where the file is at the CI.</summary>
    public string FileUrl => fileUrl;

    public int Generation => generation;

    public DateOnly IndexDay => indexDay;

    /// <summary><see cref="BuildKey.Hash"/>, computed once.</summary>
    public Id96 BuildHash => (hashes ??= Compute()).Build;

    /// <summary>The 96-bit hash of build, file and generation that starts every id of its chunks and lines.</summary>
    public Id96 Id => (hashes ??= Compute()).Log;

    /// <summary>Threads that ask at once compute the same.</summary>
    private Hashes Compute() => new(build.Key.Hash, Id96.FromSha256(SHA256.HashData(Encoding.UTF8.GetBytes(
        $"{build.Key.Source}\n{build.Key.Id}\n{build.Key.Attempt}\n{file}\n{generation}"))));

    private sealed record Hashes(Id96 Build, Id96 Log);
}
