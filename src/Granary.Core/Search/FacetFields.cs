using Granary.Core.Model;
using Granary.Core.Queries;

namespace Granary.Core.Search;

/// <summary>What hits can be counted by: the fields of builds and logs, and the severity of the line.</summary>
public static class FacetFields
{
    public const string Severity = QueryFields.Severity;

    /// <summary>For messages.</summary>
    public static string Listed => $"{string.Join(", ", QueryFields.Names)}, {Severity}, label.NAME";

    public static bool IsField(string name) => name == Severity || QueryFields.IsField(name);

    /// <exception cref="QueryNotSupportedException">No such field.</exception>
    public static void Require(string field)
    {
        if (!IsField(field))
        {
            throw new QueryNotSupportedException($"'{field}' is no field to count by; there are: {Listed}");
        }
    }

    /// <summary>What an entry has for a field; null for nothing. A line without severity has <c>none</c>, as queries call it.</summary>
    public static string? ValueOf(string field, Build build, string file, Severity severity) =>
        field == Severity ? SeverityNames.Of(severity) : QueryFields.ValueOf(field, build, file);
}
