using Granary.Core.Ports;

namespace Granary.Sources.Http;

/// <summary>A bearer token in a file: read when needed and again when the file changes; never shown.</summary>
internal sealed class TokenFile(string path)
{
    private readonly Lock gate = new();
    private string? token;
    private (DateTime Written, long Size) seen;

    /// <exception cref="CiException">The file cannot be read or holds no token.</exception>
    public string Read()
    {
        lock (gate)
        {
            try
            {
                var file = new FileInfo(path);
                var now = (file.LastWriteTimeUtc, file.Exists ? file.Length : -1);
                if (token is null || now != seen)
                {
                    token = File.ReadAllText(path).Trim();
                    seen = now;
                }
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                throw new CiException($"the token file {path} cannot be read ({failure.GetType().Name})");
            }

            return token.Length > 0 && token.All(char.IsAscii) && !token.Any(char.IsControl)
                ? token
                : throw new CiException($"the token file {path} holds no token in one line");
        }
    }
}
