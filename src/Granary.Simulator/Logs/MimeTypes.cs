namespace Granary.Simulator.Logs;

/// <summary>Types as a log uploader guesses them from names.</summary>
internal static class MimeTypes
{
    public static string Of(string path)
    {
        var name = path.EndsWith(".gz", StringComparison.Ordinal) ? path[..^3] : path;
        return Path.GetExtension(name) switch
        {
            ".txt" or ".log" => "text/plain",
            ".yaml" => "application/x-yaml",
            ".json" => "application/json",
            ".png" => "image/png",
            _ => "application/octet-stream",
        };
    }
}
