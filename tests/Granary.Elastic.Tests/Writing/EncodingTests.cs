using System.Text;
using System.Text.Json;
using Granary.Core.Chunks;
using Granary.Core.Model;
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
            var room = new byte[JsonEscaper.Room(utf8.Length) + 2];
            room[0] = (byte)'"';
            var written = JsonEscaper.Escape(utf8, room.AsSpan(1));
            room[written + 1] = (byte)'"';
            JsonSerializer.Deserialize<string>(room.AsSpan(0, written + 2)).ShouldBe(text);
        }
    }

    [Fact]
    public void What_needs_no_escape_is_left_as_it_is()
    {
        var room = new byte[1000];
        Encoding.UTF8.GetString(room.AsSpan(0, JsonEscaper.Escape("ab\u0001\t\"é\\😀"u8, room))).ShouldBe("ab\\u0001\\t\\\"é\\\\😀");
    }

    [Fact]
    public void Too_little_room_is_refused() =>
        Should.Throw<ArgumentException>(() => JsonEscaper.Escape("abc"u8, new byte[49]));

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
        var fields = document.RootElement.EnumerateObject().ToDictionary(field => field.Name, field => field.Value.ToString());
        fields["@timestamp"].ShouldBe("2026-11-20T09:00:00.500Z");
        fields["message"].ShouldBe("2026-11-20T09:00:00.5Z ERROR: \"x\"");
        fields["log.level"].ShouldBe("error");
        fields["log.file.path"].ShouldBe("job-output.txt");
        fields["cicd.pipeline.run.id"].ShouldBe("b1");
        fields["granary.line"].ShouldBe("1");
        fields.ShouldNotContainKey("granary.long");
        JsonDocument.Parse(lines[3]).RootElement.GetProperty("granary.line").GetInt64().ShouldBe(2);
    }

    [Fact]
    public async Task An_action_names_its_index_where_the_request_names_another()
    {
        var chunk = await TestLogs.Chunks(TestLogs.Log(TestLogs.Build("b1")), "x\n").SingleAsync();
        Encode(chunk, "granary-lines-2020.01.01")[0].ShouldContain("\"_index\":\"granary-lines-2026.11.20\"");
    }

    private static byte[] Bytes(string id) => System.Buffers.Text.Base64Url.DecodeFromChars(id);

    private static string[] Encode(Chunk chunk, string index)
    {
        using var batch = new BulkBatch(index);
        var encoder = new BulkEncoder(new IndexNames("granary"));
        encoder.Write(chunk, 0, batch, new ChunkProgress(chunk, chunk.Count, _ => { }), long.MaxValue).ShouldBe(chunk.Count);
        using var body = new MemoryStream();
        batch.Body.CopyTo(body);
        body.Length.ShouldBe(batch.Body.Length);
        return Encoding.UTF8.GetString(body.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
