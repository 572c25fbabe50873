using Granary.Core.Model;

namespace Granary.State.Tables;

/// <summary>Names the row that cannot be read.</summary>
internal static class Damage
{
    public static bool Is(Exception exception) =>
        exception is FormatException or OverflowException or ArgumentException or System.Text.Json.JsonException;

    public static StateFormatException Of(string table, BuildKey key, Exception exception) => Of(table, key.ToString(), exception);

    public static StateFormatException Of(string table, string key, Exception exception) =>
        new($"the {table} of {key} in the state database is damaged: {exception.Message}", exception);
}
