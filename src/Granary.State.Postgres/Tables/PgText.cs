namespace Granary.State.Postgres.Tables;

/// <summary>Texts as PostgreSQL can hold them: it refuses U+0000, which a CI's JSON may carry in an id or a message.</summary>
internal static class PgText
{
    public static string Write(string text) =>
        text.AsSpan().IndexOfAny('\0', '\\') < 0 ? text : text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\0", "\\0", StringComparison.Ordinal);

    public static string Read(string text)
    {
        if (!text.Contains('\\', StringComparison.Ordinal))
        {
            return text;
        }

        var parts = text.Split("\\\\");
        return string.Join('\\', parts.Select(part => part.Replace("\\0", "\0", StringComparison.Ordinal)));
    }
}
