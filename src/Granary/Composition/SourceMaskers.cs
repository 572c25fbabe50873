using Granary.Core.Masking;
using Granary.Core.Model;

namespace Granary.Composition;

/// <summary>
/// The masking of each source, which knows the source's own token: the one that its file holds now, and those that it held before,
/// for a log may still show them. Called from any thread.
/// </summary>
internal sealed class SourceMaskers
{
    /// <summary>Tokens of one file that are remembered.</summary>
    private const int Remembered = 8;

    private static readonly Known Nothing = new([], new Masker());

    private readonly Lock gate = new();
    private readonly Dictionary<string, Known> files = [];

    /// <exception cref="IOException">The token file could never be read yet.</exception>
    /// <exception cref="UnauthorizedAccessException">As above.</exception>
    /// <exception cref="ArgumentException">As above: it holds what cannot be a token.</exception>
    public Masker Of(SourceDefinition source)
    {
        if (source.TokenFile is not { } file)
        {
            return Nothing.Masker;
        }

        lock (gate)
        {
            var known = files.GetValueOrDefault(file);
            try
            {
                files[file] = known = Read(file, known ?? Nothing);
            }
            catch (Exception e) when (known is not null && e is IOException or UnauthorizedAccessException or ArgumentException)
            {
                // In the middle of being replaced, or broken: then requests fail, and say so.
            }

            return known!.Masker;
        }
    }

    private static Known Read(string file, Known known)
    {
        var token = File.Exists(file) ? File.ReadAllText(file).Trim() : "";
        if (token.Length == 0 || known.Tokens.Contains(token))
        {
            return known;
        }

        var tokens = known.Tokens.Prepend(token).Take(Remembered).ToArray();
        return new(tokens, new Masker(tokens));
    }

    private sealed record Known(IReadOnlyList<string> Tokens, Masker Masker);
}
