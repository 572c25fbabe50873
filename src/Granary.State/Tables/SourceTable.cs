using Granary.Core.Model;
using Granary.State.Storage;

namespace Granary.State.Tables;

/// <summary>Configured sources. They hold no secret, only where one is found.</summary>
internal static class SourceTable
{
    private const string ReadSql = "SELECT id, definition FROM source ORDER BY name COLLATE ordinal";
    private const string OwnerSql = "SELECT id FROM source WHERE name = ?";
    private const string SaveSql =
        "INSERT INTO source(id, name, definition) VALUES(?, ?, ?) " +
        "ON CONFLICT(id) DO UPDATE SET name = excluded.name, definition = excluded.definition";

    private const string RemoveSql = "DELETE FROM source WHERE id = ?";

    public static IReadOnlyList<SourceDefinition> Read(StateSession session)
    {
        var sources = new List<SourceDefinition>();
        using var row = session.Use(ReadSql);
        while (row.Step())
        {
            sources.Add(Parse(row.Text(0), row.Text(1)));
        }

        return sources;
    }

    /// <exception cref="ArgumentException">Another source has the name.</exception>
    public static void Save(StateSession session, SourceDefinition source)
    {
        if (Owner(session, source.Name) is { } owner && owner != source.Id)
        {
            throw new ArgumentException($"source {owner} has the name {source.Name} already", nameof(source));
        }

        session.Use(SaveSql).Bind(source.Id).Bind(source.Name)
            .Bind(SourceJson.Write(source)).Run();
    }

    public static bool Has(StateSession session, string source)
    {
        using var row = session.Use("SELECT 1 FROM source WHERE id = ?").Bind(source);
        return row.Step();
    }

    public static void Remove(StateSession session, string source) => session.Use(RemoveSql).Bind(source).Run();

    private static string? Owner(StateSession session, string name)
    {
        using var row = session.Use(OwnerSql).Bind(name);
        return row.Step() ? row.Text(0) : null;
    }

    private static SourceDefinition Parse(string id, string json)
    {
        try
        {
            return SourceJson.Parse(json);
        }
        catch (Exception exception) when (Damage.Is(exception))
        {
            throw Damage.Of("definition", id, exception);
        }
    }
}
