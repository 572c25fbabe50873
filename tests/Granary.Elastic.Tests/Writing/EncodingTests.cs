using System.Text.Json;
using System.Text;
using Granary.Core.Chunks;
using Granary.Core.Model;
using Granary.Core.Queries;
using Granary.Elastic.Searching;
using Granary.Elastic.Writing;

namespace Granary.Elastic.Tests.Writing;

public sealed class EncodingTests
{
    [Fact]
    public void Escaped_text_reads_back_as_it_was()
    {
        var random = new Random(7);
        for (var round = 0; round < 20_000; round++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(150)).Select(_ => random.Next(6) switch
            {
                0 => ((char)random.Next(0x20)).ToString(),
                1 => random.GetItems(["\"", "\\", "\u007f", "\u2028", "/"], 1)[0],
                2 => new Rune(random.Next(0xE000, 0x10000)).ToString(),
                3 => new Rune(random.Next(0x10000, 0x110000)).ToString(),
                _ => ((char)random.Next(0x20, 0x7f)).ToString(),
            }));
            var utf8 = Encoding.UTF8.GetBytes(text);
            var length = utf8.Length;
            byte[] followed = [.. utf8, .. Enumerable.Repeat((byte)'"', random.Next(3) * 20)];
            var room = new byte[JsonEscaper.Room(length) + 2];
            room[0] = (byte)'"';
            var written = JsonEscaper.Escape(followed, length, room.AsSpan(1));
            room[written + 1] = (byte)'"';
            JsonSerializer.Deserialize<string>(room.AsSpan(0, written + 2)).ShouldBe(text);
        }
    }

    [Fact]
    public void What_needs_no_escape_is_left_as_it_is()
    {
        var room = new byte[1000];
        Encoding.UTF8.GetString(room.AsSpan(0, JsonEscaper.Escape("ab\u0001\t\"é\\😀"u8, "ab\u0001\t\"é\\😀"u8.Length, room))).ShouldBe("ab\\u0001\\t\\\"é\\\\😀");
    }

    [Fact]
    public void Too_little_room_is_refused() =>
        Should.Throw<ArgumentException>(() => JsonEscaper.Escape("abc"u8, 3, new byte[49]));

    [Fact]
    public void Ids_of_lines_stand_in_the_order_of_lines()
    {
        var log = new Id96(7, 9);
        (long Line, int Part)[] places = [(1, 0), (1, 1), (1, 300), (2, 0), (255, 0), (256, 0), (65_536, 1), (5_000_000_000, 0), (5_000_000_000, 200_000)];
        var ids = places.Select(place => Convert.ToHexString(Bytes(LineIds.Of(log, place.Line, place.Part)))).ToArray();
        ids.ShouldBe(ids.Order(StringComparer.Ordinal));
        ids.ShouldBeUnique();
        LineIds.Of(log, 1, 0).Length.ShouldBe(LineIds.Length);
        LineIds.LogOf(LineIds.Of(log, 5, 6)).ShouldBe(LineIds.Of(log));
    }

    [Fact]
    public void A_line_number_that_no_id_can_hold_is_refused() =>
        Should.Throw<ArgumentOutOfRangeException>(() => LineIds.Of(default, 1L << 40, 0));

    [Theory]
    [InlineData(0, "1970-01-01T00:00:00.000Z")]
    [InlineData(1_700_000_000_123_456_789, "2023-11-14T22:13:20.123456789Z")]
    [InlineData(1_700_000_000_123_456_000, "2023-11-14T22:13:20.123456Z")]
    [InlineData(1_700_000_000_120_000_000, "2023-11-14T22:13:20.120Z")]
    public void A_time_is_written_with_as_few_decimals_as_keep_it(long nanoseconds, string text) => NanosText.Of(nanoseconds).ShouldBe(text);

    [Fact]
    public void Logs_sort_by_bytes_as_they_do_by_the_stated_order()
    {
        string[] names = ["", "a", "a/b", "ab", "a\u0000", "a\u0001", "a\u0002", "\uD7FF", "\uE000", "\uFFFD", "\uFFFF", "😀", "a😀", "a\uFFFD"];
        var keys = (from source in names from file in names select (Key: new BuildKey(source, file), File: source)).ToArray();
        var stated = keys.OrderBy(key => key.Key).ThenBy(key => key.File, StringComparer.Ordinal).ToArray();
        var byBytes = keys.OrderBy(key => Convert.ToHexString(Encoding.UTF8.GetBytes(LogOrder.Of(key.Key, key.File))), StringComparer.Ordinal).ToArray();
        byBytes.ShouldBe(stated);
        LogOrder.Of(new BuildKey("s", "i", 2), "f").ShouldBeGreaterThan(LogOrder.Of(new BuildKey("s", "i", 1), "f"), StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("os", "Linux")]
    [InlineData("OS", "a=b")]
    [InlineData("a=b", "")]
    [InlineData("\u0001x", "\u0001")]
    public void A_label_reads_back(string name, string value) => LabelText.Parse(LabelText.Of(name, value)).ShouldBe((name, value));

    [Fact]
    public async Task Each_entry_is_an_action_and_a_document()
    {
        var log = TestLogs.Log(TestLogs.Build("b1"));
        var chunk = await TestLogs.Chunks(log, "2026-11-20T09:00:00.5Z ERROR: \"x\"\nplain\n").SingleAsync();
        var lines = Encode(chunk, "granary-lines-2026.11.20");
        lines.Length.ShouldBe(4);
        lines[0].ShouldBe($$$"""{"index":{"_id":"{{{LineIds.Of(log.Id, 1, 0)}}}"}}""");
        using var document = JsonDocument.Parse(lines[1]);
        Field(document, "@timestamp").ShouldBe("2026-11-20T09:00:00.500Z");
        Field(document, "message").ShouldBe("2026-11-20T09:00:00.5Z ERROR: \"x\"");
        Field(document, "log.level").ShouldBe("error");
        Field(document, "log.file.path").ShouldBe("job-output.txt");
        Field(document, "cicd.pipeline.run.id").ShouldBe("b1");
        Field(document, "granary.line").ShouldBe("1");
        Field(document, "granary.long").ShouldBeNull();
        using var second = JsonDocument.Parse(lines[3]);
        Field(second, "granary.line").ShouldBe("2");
        Field(second, "@timestamp").ShouldBe("2026-11-20T09:00:00.500Z");
        Field(second, "log.level").ShouldBeNull();
    }

    [Fact]
    public async Task Every_entry_says_what_the_chunk_says()
    {
        var random = new Random(11);
        for (var round = 0; round < 30; round++)
        {
            var log = TestLogs.Log(TestLogs.Build($"b{round}"));
            var chunk = await TestLogs.Chunks(log, TestLogs.Text(round, random.Next(1, 400)) + new string('y', random.Next(80_000)) + "\n1969-12-31T23:00:00Z early\nlast").SingleAsync();
            var first = random.Next(chunk.Count);
            var documents = Encode(chunk, "granary-lines-2026.11.20", first);
            documents.Length.ShouldBe(2 * (chunk.Count - first));
            for (var entry = first; entry < chunk.Count; entry++)
            {
                CheckEntry(chunk, entry, documents[2 * (entry - first)], documents[(2 * (entry - first)) + 1]);
            }
        }
    }

    private static void CheckEntry(Chunk chunk, int entry, string action, string json)
    {
        var (line, part) = (chunk.FirstLine, chunk.FirstPart);
        for (var index = 1; index <= entry; index++)
        {
            (line, part) = (chunk.Flags[index] & Chunk.ContinuesLine) != 0 ? (line, part + 1) : (line + 1, 0);
        }

        action.ShouldContain($"\"{LineIds.Of(chunk.Log.Id, line, part)}\"");
        using var document = JsonDocument.Parse(json);
        var start = entry == 0 ? 0 : chunk.Ends[entry - 1] + 1;
        Field(document, "message").ShouldBe(Encoding.UTF8.GetString(chunk.Text.Span[start..chunk.Ends[entry]]));
        Field(document, "granary.line").ShouldBe($"{line}");
        Field(document, "granary.part").ShouldBe(part == 0 ? null : $"{part}");
        var time = chunk.Times[entry];
        Field(document, "granary.untimed").ShouldBe(time == Chunk.NoTime ? "True" : null);
        Field(document, "granary.early").ShouldBe(time is < 0 and not Chunk.NoTime ? $"{time}" : null);
        Field(document, "@timestamp").ShouldBe(time >= 0 ? NanosText.Of(time) : time == Chunk.NoTime ? "2026-11-20T10:00:00.000Z" : null);
        Field(document, "log.level").ShouldBe((Severity)(chunk.Flags[entry] & Chunk.SeverityBits) is > Severity.None and var severity ? SeverityNames.Of(severity) : null);
    }

    [Fact]
    public void Line_numbers_count_on_as_they_would_be_written_anew()
    {
        var numbers = new LineNumbers();
        foreach (var start in new long[] { 1, 95, 4_294_967_280, 68_719_476_700 })
        {
            numbers.MoveTo(start, 0);
            for (var line = start; line < start + 300; line++)
            {
                CheckNumbers(numbers, line, 0);
                if (line % 37 == 0)
                {
                    numbers.NextPart();
                    CheckNumbers(numbers, line, 1);
                }

                numbers.NextLine();
            }
        }
    }

    private static void CheckNumbers(LineNumbers numbers, long line, int part)
    {
        var (id, number) = (new byte[LineIds.LineLength], new byte[LineNumbers.NumberRoom]);
        numbers.WriteId(id);
        Encoding.ASCII.GetString(id).ShouldBe(LineIds.Of(default, line, part)[LineIds.LogLength..]);
        Encoding.ASCII.GetString(number, 0, numbers.WriteNumber(number)).ShouldBe($"{line}");
    }

    [Theory]
    [InlineData(1024, false)]
    [InlineData(1025, true)]
    public async Task A_token_is_marked_where_it_is_too_long_for_the_index(int length, bool marked)
    {
        for (var before = 0; before < 3000; before += 173)
        {
            var text = $"{string.Concat(Enumerable.Repeat("a b-", before / 4))} {new string('x', length)} {new string('-', before)}\n";
            var chunk = await TestLogs.Chunks(TestLogs.Log(TestLogs.Build("b")), text).SingleAsync();
            using var document = JsonDocument.Parse(Encode(chunk, "granary-lines-2026.11.20")[1]);
            Field(document, "granary.long").ShouldBe(marked ? "True" : null);
        }
    }

    [Fact]
    public async Task An_action_names_its_index_where_the_request_names_another()
    {
        var chunk = await TestLogs.Chunks(TestLogs.Log(TestLogs.Build("b1")), "x\n").SingleAsync();
        Encode(chunk, "granary-lines-2020.01.01")[0].ShouldContain("\"_index\":\"granary-lines-2026.11.20\"");
    }

    private static byte[] Bytes(string id) => System.Buffers.Text.Base64Url.DecodeFromChars(id);

    private static string? Field(JsonDocument document, string name) => SourceFields.TryFind(document.RootElement, name, out var value) ? value.ToString() : null;

    private static string[] Encode(Chunk chunk, string index, int first = 0)
    {
        using var batch = new BulkBatch(index);
        var encoder = new BulkEncoder(new IndexNames("granary"));
        encoder.Write(chunk, first, batch, new ChunkProgress(chunk, chunk.Count, _ => { }), long.MaxValue).ShouldBe(chunk.Count);
        using var body = new MemoryStream();
        batch.Body.CopyTo(body);
        body.Length.ShouldBe(batch.Body.Length);
        return Encoding.UTF8.GetString(body.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
