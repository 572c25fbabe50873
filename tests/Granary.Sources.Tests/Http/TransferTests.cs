using Granary.Core.Model;
using Granary.Core.Ports;
using Granary.Sources.Tests.Decoding;

namespace Granary.Sources.Tests.Http;

public class TransferTests
{
    private static readonly byte[] Text = Given.Lines(2000);

    private static async Task<LogBody> OpenAsync(
        ScriptedServer server, long offset = 0, string? etag = null, SourceOptions? options = null)
    {
        var source = SourceFactory.Create(Given.Zuul(server.Address), options ?? Given.Quick);
        return await source.OpenLogAsync(Given.Build(), Given.File(server.Address + "/log"), offset, etag, CancellationToken.None);
    }

    [Fact]
    public async Task A_body_cut_in_the_middle_is_resumed_by_range_from_the_byte_where_it_broke()
    {
        await using var server = new ScriptedServer(request =>
            ScriptedAnswer.Ranged(request, Text, "\"v1\"", request.Number < 4 ? 20_000 : null));
        await using var body = await OpenAsync(server);
        (await body.Content.ReadAllAsync()).ShouldBe(Text);
        body.ReceivedBytes.ShouldBe(Text.Length);
        body.DeclaredBytes.ShouldBe(Text.Length);
        server.Requests.Skip(1).Select(request => request.RangeFrom).ShouldBe([20_000L, 40_000L, 60_000L]);
        server.Requests.Skip(1).ShouldAllBe(request => request.Header("If-Range") == "\"v1\"");
    }

    [Fact]
    public async Task A_gzip_in_flight_is_resumed_in_its_encoded_bytes()
    {
        var packed = DecodedLogTests.Gzip(Text);
        await using var server = new ScriptedServer(request => ScriptedAnswer
            .Ranged(request, packed, "\"v1\"", request.Number < 3 ? 9_000 : null).With("Content-Encoding", "gzip"));
        await using var body = await OpenAsync(server);
        (await body.Content.ReadAllAsync()).ShouldBe(Text);
        body.ReceivedBytes.ShouldBe(packed.Length);
    }

    [Fact]
    public async Task A_silent_body_is_given_up_and_resumed()
    {
        await using var server = new ScriptedServer(request => request.Number == 1
            ? ScriptedAnswer.Ranged(request, Text, "\"v1\"", 5_000, hang: true)
            : ScriptedAnswer.Ranged(request, Text, "\"v1\""));
        await using var body = await OpenAsync(server, options: Given.Quick with { BodyIdleTimeout = TimeSpan.FromMilliseconds(80) });
        (await body.Content.ReadAllAsync()).ShouldBe(Text);
    }

    [Fact]
    public async Task Without_ranges_the_same_bytes_are_skipped_and_the_rest_is_read()
    {
        await using var server = new ScriptedServer(request => new ScriptedAnswer(200, Text) { CutAt = request.Number == 1 ? 30_000 : null });
        await using var body = await OpenAsync(server);
        (await body.Content.ReadAllAsync()).ShouldBe(Text);
        server.Requests.Count.ShouldBe(2);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("\"v2\"")]
    public async Task A_log_that_changes_in_mid_transfer_is_reported_and_not_mixed(string? newTag)
    {
        var other = Given.Lines(2000, seed: 2);
        await using var server = new ScriptedServer(request =>
        {
            var first = request.Number == 1;
            var answer = new ScriptedAnswer(200, first ? Text : other) { CutAt = first ? 30_000 : null };
            return newTag is null ? answer : answer.With("ETag", first ? "\"v1\"" : newTag);
        });
        await using var body = await OpenAsync(server);
        (await Should.ThrowAsync<CiException>(() => body.Content.ReadAllAsync())).Message.ShouldContain("changed");
    }

    [Fact]
    public async Task A_server_whose_copy_is_short_each_time_has_a_truncated_log()
    {
        await using var server = new ScriptedServer(request =>
        {
            var from = (int)(request.RangeFrom ?? 0);
            var answer = new ScriptedAnswer(from > 0 ? 206 : 200, Text[from..]) { CutAt = 30_000 - from }.With("ETag", "\"v1\"");
            return from > 0 ? answer.With("Content-Range", $"bytes {from}-{Text.Length - 1}/{Text.Length}") : answer;
        });
        await using var body = await OpenAsync(server);
        var (bytes, cut) = await body.Content.ReadToCutAsync();
        bytes.ShouldBe(Text[..30_000]);
        cut.ShouldNotBeNull().Status.ShouldBe(FileStatus.Truncated);
    }

    [Fact]
    public async Task A_server_that_ends_every_answer_at_once_has_not_shown_a_truncated_log()
    {
        await using var server = new ScriptedServer(request => request.Number == 1
            ? ScriptedAnswer.Ranged(request, Text, "\"v1\"", 30_000)
            : ScriptedAnswer.Ranged(request, Text, "\"v1\"", 0));
        await using var body = await OpenAsync(server);
        await Should.ThrowAsync<CiException>(() => body.Content.ReadToCutAsync());
        server.Requests.Count.ShouldBeLessThan(12);
    }

    [Fact]
    public async Task Logs_that_are_read_slowly_leave_room_for_the_list_of_builds()
    {
        await using var server = new ScriptedServer(request => request.Path == "/log"
            ? new ScriptedAnswer(200, Text) : ScriptedAnswer.Json("[]"));
        await using var source = SourceFactory.Create(Given.Zuul(server.Address) with { MaxConnections = 3 }, Given.Quick);
        var open = () => source.OpenLogAsync(Given.Build(), Given.File(server.Address + "/log"), 0, null, CancellationToken.None);
        await using var first = await open();
        await using var second = await open();
        var third = open();
        (await source.PagesAsync()).ShouldBeEmpty();
        third.IsCompleted.ShouldBeFalse();
        await first.DisposeAsync();
        await using var body = await third;
        (await body.Content.ReadAllAsync()).ShouldBe(Text);
    }

    [Fact]
    public async Task A_server_that_stays_silent_each_time_is_a_failure_to_be_tried_again()
    {
        await using var server = new ScriptedServer(request => ScriptedAnswer.Ranged(request, Text, "\"v1\"", 1, hang: true));
        var failure = await Should.ThrowAsync<CiException>(() => OpenAsync(
            server, options: Given.Quick with { RetryLimit = 1, BodyIdleTimeout = TimeSpan.FromMilliseconds(10) }));
        failure.Message.ShouldContain("nothing came");
    }

    [Fact]
    public async Task A_gzip_truncated_at_rest_is_a_truncated_log()
    {
        var packed = DecodedLogTests.Gzip(Text)[..^100];
        await using var server = new ScriptedServer(request => ScriptedAnswer.Ranged(request, packed, "\"v1\""));
        await using var body = await OpenAsync(server);
        var (bytes, cut) = await body.Content.ReadToCutAsync();
        cut.ShouldNotBeNull().Status.ShouldBe(FileStatus.Truncated);
        Text.AsSpan().StartsWith(bytes).ShouldBeTrue();
        bytes.Length.ShouldBeGreaterThan(Text.Length / 2);
        body.ReceivedBytes.ShouldBe(packed.Length);
        server.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_plain_log_is_opened_at_an_offset_by_its_validator()
    {
        await using var server = new ScriptedServer(request => ScriptedAnswer.Ranged(request, Text, "\"v1\""));
        await using var whole = await OpenAsync(server);
        await using var rest = await OpenAsync(server, 50_000, whole.ETag);
        rest.Offset.ShouldBe(50_000);
        rest.DeclaredBytes.ShouldBe(Text.Length);
        (await rest.Content.ReadAllAsync()).ShouldBe(Text[50_000..]);
        rest.ReceivedBytes.ShouldBe(Text.Length);
        server.Requests[^1].RangeFrom.ShouldBe(50_000);
    }

    [Fact]
    public async Task A_log_opened_at_an_offset_survives_a_cut_with_a_full_answer()
    {
        await using var server = new ScriptedServer(request => request.Number == 3
            ? ScriptedAnswer.Ranged(request with { Headers = new Dictionary<string, string>() }, Text, "\"v1\"")
            : ScriptedAnswer.Ranged(request, Text, "\"v1\"", request.Number == 2 ? 10_000 : null));
        await using var whole = await OpenAsync(server);
        await using var rest = await OpenAsync(server, 50_000, whole.ETag);
        (await rest.Content.ReadAllAsync()).ShouldBe(Text[50_000..]);
        server.Requests.Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_compressed_log_is_opened_at_an_offset_of_its_decoded_bytes()
    {
        var packed = DecodedLogTests.Gzip(Text);
        await using var server = new ScriptedServer(request => ScriptedAnswer.Ranged(request, packed, "\"v1\""));
        await using var whole = await OpenAsync(server);
        await using var rest = await OpenAsync(server, 50_000, whole.ETag);
        rest.Offset.ShouldBe(50_000);
        (await rest.Content.ReadAllAsync()).ShouldBe(Text[50_000..]);
    }

    [Fact]
    public async Task A_changed_log_is_opened_at_its_start()
    {
        await using var server = new ScriptedServer(request =>
            ScriptedAnswer.Ranged(request, Text, request.Number == 1 ? "\"v1\"" : "\"v2\""));
        await using var whole = await OpenAsync(server);
        await using var changed = await OpenAsync(server, 50_000, whole.ETag);
        changed.Offset.ShouldBe(0);
        (await changed.Content.ReadAllAsync()).ShouldBe(Text);
    }

    [Fact]
    public async Task An_old_last_modified_is_a_validator_and_a_weak_tag_is_none()
    {
        await using var dated = new ScriptedServer(_ => new ScriptedAnswer(200, Text)
            .With("Last-Modified", "Tue, 06 Jan 2026 10:00:00 GMT").With("Date", "Tue, 06 Jan 2026 11:00:00 GMT"));
        await using var body = await OpenAsync(dated);
        body.ETag.ShouldNotBeNull();
        await using var weak = new ScriptedServer(_ => new ScriptedAnswer(200, Text).With("ETag", "W/\"v1\""));
        await using var other = await OpenAsync(weak);
        other.ETag.ShouldBeNull();
    }

    [Theory]
    [InlineData(404)]
    [InlineData(410)]
    public async Task A_log_that_is_not_there_is_gone(int status)
    {
        await using var server = new ScriptedServer(_ => ScriptedAnswer.Text("no", status));
        (await Should.ThrowAsync<CiException>(() => OpenAsync(server))).Gone.ShouldBeTrue();
        server.Requests.Count.ShouldBe(1);
    }
}
