using Granary.Core.Ports;
using Granary.Sources.Http;
using Granary.Testing;

namespace Granary.Sources.Tests.Http;

public class LeastRateTests
{
    private static readonly byte[] Text = Given.Lines(100);

    private static readonly SourceOptions Hasty = Given.Quick with { LeastRate = 1 << 20, LeastRateTime = TimeSpan.FromMilliseconds(100) };

    [Fact]
    public async Task A_byte_a_minute_is_broken_off_after_five_minutes()
    {
        var time = new ManualTime();
        await using var body = await OpenAsync(time, bytes: 1, TimeSpan.FromSeconds(59));

        await Should.ThrowAsync<SlowTransferException>(() => body.ReadAllAsync());

        (time.GetUtcNow() - new ManualTime().GetUtcNow()).ShouldBe(TimeSpan.FromSeconds(6 * 59));
    }

    [Fact]
    public async Task A_body_that_comes_slowly_and_steadily_is_read_on()
    {
        var time = new ManualTime();
        await using var body = await OpenAsync(time, bytes: 1100, TimeSpan.FromSeconds(1));
        var buffer = new byte[4096];

        for (var i = 0; i < 1000; i++)
        {
            (await body.ReadAsync(buffer)).ShouldBe(1100);
        }
    }

    [Fact]
    public async Task The_time_that_the_reader_takes_is_not_the_servers()
    {
        var time = new ManualTime();
        await using var body = await OpenAsync(time, bytes: 100, TimeSpan.FromMilliseconds(10));
        var buffer = new byte[4096];

        for (var i = 0; i < 100; i++)
        {
            (await body.ReadAsync(buffer)).ShouldBe(100);
            time.Advance(TimeSpan.FromMinutes(10));
        }
    }

    [Fact]
    public async Task A_transfer_that_trickles_is_gone_on_with_over_another_connection()
    {
        await using var server = new ScriptedServer(request =>
            ScriptedAnswer.Ranged(request, Text, "\"v1\"") with { BytePause = request.Number == 1 ? TimeSpan.FromMilliseconds(10) : null });
        await using var source = SourceFactory.Create(Given.Zuul(server.Address), Hasty);
        await using var body = await source.OpenLogAsync(Given.Build(), Given.File(server.Address + "/log"), 0, null, CancellationToken.None);

        (await body.Content.ReadAllAsync()).ShouldBe(Text);

        server.Requests.Count.ShouldBe(2);
        server.Requests[1].RangeFrom.ShouldNotBeNull();
    }

    [Fact]
    public async Task A_server_that_trickles_each_time_is_a_failure_to_be_tried_again()
    {
        await using var server = new ScriptedServer(request =>
            ScriptedAnswer.Ranged(request, Text, "\"v1\"") with { BytePause = TimeSpan.FromMilliseconds(10) });
        await using var source = SourceFactory.Create(Given.Zuul(server.Address), Hasty);

        var failure = await Should.ThrowAsync<CiException>(async () =>
        {
            await using var body = await source.OpenLogAsync(Given.Build(), Given.File(server.Address + "/log"), 0, null, CancellationToken.None);
            await body.Content.ReadAllAsync();
        });

        failure.Message.ShouldContain("bytes came in");
        server.Requests.Count.ShouldBe(2);
    }

    private static async Task<BodyStream> OpenAsync(ManualTime time, int bytes, TimeSpan pause)
    {
        var gate = new HttpGate(1, time);
        var response = new HttpResponseMessage { Content = new StreamContent(new SlowStream(time, bytes, pause), 1) };
        var answer = new HttpAnswer(response, await gate.EnterAsync(forLog: false, CancellationToken.None), new("http://x/"));
        return await BodyStream.OpenAsync(answer, new() { Time = time }, CancellationToken.None);
    }

    /// <summary>Every read takes its time, and brings so many bytes, without end.</summary>
    private sealed class SlowStream(ManualTime time, int bytes, TimeSpan pause) : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            time.Advance(pause);
            return ValueTask.FromResult(bytes);
        }
    }
}
