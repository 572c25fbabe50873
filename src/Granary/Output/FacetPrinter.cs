using System.Globalization;
using System.Text.Json;
using Granary.Core.Search;

namespace Granary.Output;

/// <summary>The commonest values of a field: value and count in columns, or JSON Lines: an object a value.</summary>
internal static class FacetPrinter
{
    public static void Write(OutputBuffer output, string field, Facets facets, bool isJson)
    {
        if (isJson)
        {
            Json(output, field, facets);
            return;
        }

        var isTerminal = !Console.IsOutputRedirected;
        var width = facets.Values.Select(value => value.Value.Length).DefaultIfEmpty().Max();
        foreach (var value in facets.Values)
        {
            TerminalText.WriteLine(output, string.Create(CultureInfo.InvariantCulture, $"{value.Value.PadRight(width)}  {value.Count,10:N0}"), isTerminal);
        }
    }

    private static void Json(OutputBuffer output, string field, Facets facets)
    {
        foreach (var value in facets.Values)
        {
            using (var json = new Utf8JsonWriter(output, JsonHitPrinter.Format))
            {
                json.WriteStartObject();
                json.WriteString("type", "facet");
                json.WriteString("field", field);
                json.WriteString("value", value.Value);
                json.WriteNumber("count", value.Count);
                json.WriteEndObject();
            }

            output.EndLine();
        }
    }
}
