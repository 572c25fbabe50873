using System.Text;
using Granary.Core.Chunks;
using Granary.Core.Model;
using Granary.Core.Search;
using Granary.Output;

namespace Granary.Tests.Output;

/// <summary>What a printer writes, and hits for it to print.</summary>
internal static class Printed
{
    public static string Text(Action<OutputBuffer> print)
    {
        var stream = new MemoryStream();
        using (var output = new OutputBuffer(stream))
        {
            print(output);
            output.Flush();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    public static LogLine Line(long number, string text, int part = 0) =>
        new("f.log", number, part, Encoding.UTF8.GetBytes(text), Chunk.NoTime, Severity.None);

    public static LineHit Hit(LogLine line, string build = "b1", params MatchSpan[] matches) =>
        new(new() { Key = new("src", build), Job = "unit", Finished = true }, "https://logs.example.org/f.log", line) { Matches = matches };
}
