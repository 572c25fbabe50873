using System.Globalization;
using System.Text.Json;
using Granary.Core.Search;

namespace Granary.Output;

/// <summary>Hits over time: a bar a span, or JSON Lines: an object a span, then one summary.</summary>
internal static class HistogramPrinter
{
    private const int BarWidth = 50;

    public static void Write(OutputBuffer output, Histogram histogram, TimeSpan elapsed, bool isJson)
    {
        var most = histogram.Buckets.Count == 0 ? 0 : histogram.Buckets.Max(bucket => bucket.Count);
        foreach (var bucket in histogram.Buckets)
        {
            if (isJson)
            {
                Json(output, bucket);
            }
            else
            {
                var bar = new string('█', (int)(most == 0 ? 0 : Math.Ceiling(bucket.Count * (double)BarWidth / most)));
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{bucket.Start:u}  {bucket.Count,10:N0}  {bar}"));
            }
        }

        if (isJson)
        {
            new JsonHitPrinter(output).End(new SearchSummary(histogram.Total, histogram.Exact, elapsed));
        }
    }

    private static void Json(OutputBuffer output, HistogramBucket bucket)
    {
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteString("type", "bucket");
            json.WriteString("start", bucket.Start);
            json.WriteNumber("widthSeconds", bucket.Width.TotalSeconds);
            json.WriteNumber("count", bucket.Count);
            json.WriteEndObject();
        }

        output.EndLine();
    }
}
