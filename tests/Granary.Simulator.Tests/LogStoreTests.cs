using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;

namespace Granary.Simulator.Tests;

public class LogStoreTests
{
    private static readonly SimulatorOptions Options = new() { Seed = 9, Builds = 0, TimeProvider = new ManualClock() };

    [Theory]
    [InlineData(LogEncoding.Plain, "job-output.txt", null, "text/plain")]
    [InlineData(LogEncoding.ContentEncoding, "job-output.txt", "gzip", "text/plain")]
    [InlineData(LogEncoding.StoredWithHeader, "job-output.txt.gz", "gzip", "text/plain")]
    [InlineData(LogEncoding.StoredWithoutHeader, "job-output.txt.gz", null, "application/gzip")]
    public async Task A_log_is_sent_as_it_is_stored_whatever_the_client_accepts(LogEncoding encoding, string path, string? header, string type)
    {
        await using var running = await RunningCi.StartAsync(Options);
        var build = running.Ci.AddBuild(new BuildSpec { LogBytes = 50_000, Encoding = encoding });
        using var answer = await running.GetLogAsync(build, path);
        answer.Content.Headers.ContentEncoding.SingleOrDefault().ShouldBe(header);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe(type);
        var sent = await answer.Content.ReadAsByteArrayAsync();
        answer.Content.Headers.ContentLength.ShouldBe(sent.Length);
        Digest(encoding == LogEncoding.Plain ? sent : Unzip(sent)).ShouldBe(Digest(await RawAsync(running, build, path)));
    }

    [Fact]
    public async Task A_large_gzip_log_is_sent_in_chunks_and_is_the_same()
    {
        await using var running = await RunningCi.StartAsync(Options);
        var build = running.Ci.AddBuild(new BuildSpec { LogBytes = 20_000_000, Encoding = LogEncoding.ContentEncoding });
        using var answer = await running.GetLogAsync(build, "job-output.txt");
        answer.Content.Headers.ContentLength.ShouldBeNull();
        var sent = await answer.Content.ReadAsByteArrayAsync();
        Digest(Unzip(sent)).ShouldBe(Digest(await RawAsync(running, build, "job-output.txt")));
        using var part = await running.GetLogAsync(build, "job-output.txt", headers => headers.Range = new RangeHeaderValue(1_000_000, 1_000_099));
        (await part.Content.ReadAsByteArrayAsync()).ShouldBe(sent[1_000_000..1_000_100]);
        part.Content.Headers.ContentRange!.Length.ShouldBe(sent.Length);
    }

    [Fact]
    public async Task HEAD_tells_length_and_version_without_a_body()
    {
        await using var running = await RunningCi.StartAsync(Options);
        var build = running.Ci.AddBuild(new BuildSpec { LogBytes = 5_000_000_000, Encoding = LogEncoding.Plain });
        using var answer = await running.GetLogAsync(build, "job-output.txt", method: HttpMethod.Head);
        answer.Content.Headers.ContentLength.ShouldBe(5_000_000_000);
        answer.Headers.ETag.ShouldNotBeNull();
        answer.Content.Headers.LastModified.ShouldNotBeNull();
        answer.Headers.AcceptRanges.ShouldBe(["bytes"]);
    }

    [Theory]
    [InlineData(0L, 99L, 0, 100)]
    [InlineData(70_000L, null, 70_000, 100_000)]
    [InlineData(null, 10L, 99_990, 100_000)]
    [InlineData(99_999L, 500_000L, 99_999, 100_000)]
    public async Task A_single_range_gives_its_bytes(long? from, long? to, int start, int end)
    {
        await using var running = await RunningCi.StartAsync(Options);
        var build = running.Ci.AddBuild(new BuildSpec { LogBytes = 100_000, Encoding = LogEncoding.Plain });
        using var answer = await running.GetLogAsync(build, "job-output.txt", headers => headers.Range = new RangeHeaderValue(from, to));
        answer.StatusCode.ShouldBe(HttpStatusCode.PartialContent);
        answer.Content.Headers.ContentRange!.ToString().ShouldBe($"bytes {start}-{end - 1}/100000");
        (await answer.Content.ReadAsByteArrayAsync()).ShouldBe((await RawAsync(running, build, "job-output.txt"))[start..end]);
    }

    [Fact]
    public async Task A_range_far_inside_a_huge_log_equals_the_end_of_a_range_before_it()
    {
        await using var running = await RunningCi.StartAsync(Options);
        var build = running.Ci.AddBuild(new BuildSpec { LogBytes = 5_000_000_000, Encoding = LogEncoding.Plain });
        using var wide = await running.GetLogAsync(build, "job-output.txt", headers => headers.Range = new RangeHeaderValue(4_194_303_000, 4_194_307_000));
        using var narrow = await running.GetLogAsync(build, "job-output.txt", headers => headers.Range = new RangeHeaderValue(4_194_306_990, 4_194_307_000));
        (await narrow.Content.ReadAsByteArrayAsync()).ShouldBe((await wide.Content.ReadAsByteArrayAsync())[^11..]);
    }

    [Fact]
    public async Task A_range_beyond_the_end_is_refused()
    {
        await using var running = await RunningCi.StartAsync(Options);
        var build = running.Ci.AddBuild(new BuildSpec { LogBytes = 1000, Encoding = LogEncoding.Plain });
        using var answer = await running.GetLogAsync(build, "job-output.txt", headers => headers.Range = new RangeHeaderValue(1000, null));
        answer.StatusCode.ShouldBe(HttpStatusCode.RequestedRangeNotSatisfiable);
        answer.Content.Headers.ContentRange!.ToString().ShouldBe("bytes */1000");
    }

    [Fact]
    public async Task If_Range_with_an_older_version_gives_the_whole_new_log()
    {
        await using var running = await RunningCi.StartAsync(Options);
        var build = running.Ci.AddBuild(new BuildSpec { LogBytes = 1000, Encoding = LogEncoding.Plain });
        using var head = await running.GetLogAsync(build, "job-output.txt", method: HttpMethod.Head);
        Task<HttpResponseMessage> Ask() => running.GetLogAsync(build, "job-output.txt", headers =>
        {
            headers.Range = new RangeHeaderValue(500, null);
            headers.IfRange = new RangeConditionHeaderValue(head.Headers.ETag!);
        });
        using var same = await Ask();
        same.StatusCode.ShouldBe(HttpStatusCode.PartialContent);
        running.Ci.ChangeLog(build.Uuid, "job-output.txt");
        using var changed = await Ask();
        changed.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await changed.Content.ReadAsByteArrayAsync()).Length.ShouldBe(1000);
        changed.Headers.ETag.ShouldNotBe(head.Headers.ETag);
    }

    [Fact]
    public async Task The_manifest_is_a_tree_with_odd_names_empty_files_and_folders()
    {
        await using var running = await RunningCi.StartAsync(Options);
        var build = running.Ci.AddBuild(new BuildSpec { Tree = true, Encoding = LogEncoding.StoredWithoutHeader, LogBytes = 9_000 });
        using var answer = await running.GetLogAsync(build, "zuul-manifest.json");
        using var document = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        var found = new Dictionary<string, JsonElement>();
        Walk(document.RootElement.GetProperty("tree"), "", found);
        found.Keys.ShouldContain("logs/übersicht #1 100% done.txt");
        found["logs/empty.log"].GetProperty("size").GetInt64().ShouldBe(0);
        found["artifacts/"].GetProperty("children").GetArrayLength().ShouldBe(0);
        found["screenshots/page 1.png"].GetProperty("mimetype").GetString().ShouldBe("image/png");
        found["job-output.txt.gz"].GetProperty("encoding").GetString().ShouldBe("gzip");
        foreach (var (path, entry) in found.Where(pair => !pair.Key.EndsWith('/')))
        {
            using var file = await running.GetLogAsync(build, path);
            (await file.Content.ReadAsByteArrayAsync()).Length.ShouldBe(entry.GetProperty("size").GetInt32(), path);
        }
    }

    [Fact]
    public async Task The_same_seed_gives_the_same_bytes_and_another_seed_others()
    {
        var options = Options with { Builds = 20, TreeRate = 1 };
        await using var one = await RunningCi.StartAsync(options);
        await using var two = await RunningCi.StartAsync(options);
        await using var other = await RunningCi.StartAsync(options with { Seed = 10 });
        foreach (var (a, b) in one.Ci.ExpectedBuilds().Zip(two.Ci.ExpectedBuilds()))
        {
            (a.Build with { LogUrl = null }).ShouldBe(b.Build with { LogUrl = null });
            a.Files.ShouldBe(b.Files);
            foreach (var file in a.Files)
            {
                Digest(await RawAsync(one, a.Build, file.Path)).ShouldBe(Digest(await RawAsync(two, b.Build, file.Path)));
            }
        }

        var logs = one.Ci.ExpectedBuilds().First(build => build.Files.Count > 0);
        var others = other.Ci.ExpectedBuilds().First(build => build.Files.Count > 0);
        Digest(await RawAsync(one, logs.Build, "logs/syslog.txt")).ShouldNotBe(Digest(await RawAsync(other, others.Build, "logs/syslog.txt")));
    }

    [Fact]
    public async Task A_log_of_two_hundred_megabytes_passes_in_constant_memory()
    {
        await using var running = await RunningCi.StartAsync(Options);
        var faults = new Faults.SimulatorFaults { LongLines = 1, LongLineShare = 0.001 };
        var build = running.Ci.AddBuild(new BuildSpec { LogBytes = 200_000_000, Faults = faults, Encoding = LogEncoding.Plain });
        await using var raw = running.Ci.OpenRaw(build, "job-output.txt");
        var buffer = new byte[64 * 1024];
        var before = GC.GetAllocatedBytesForCurrentThread();
        var read = 0L;
        for (int count; (count = raw.Read(buffer)) > 0; read += count)
        {
        }

        read.ShouldBe(200_000_000);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(8_000_000);
    }

    private static void Walk(JsonElement tree, string prefix, Dictionary<string, JsonElement> found)
    {
        foreach (var entry in tree.EnumerateArray())
        {
            var name = prefix + entry.GetProperty("name").GetString();
            if (entry.TryGetProperty("children", out var children))
            {
                found[name + "/"] = entry.Clone();
                Walk(children, name + "/", found);
            }
            else
            {
                found[name] = entry.Clone();
            }
        }
    }

    private static string Digest(byte[] bytes) => Convert.ToHexString(SHA256.HashData(bytes));

    private static byte[] Unzip(byte[] bytes)
    {
        using var gzip = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress);
        using var memory = new MemoryStream();
        gzip.CopyTo(memory);
        return memory.ToArray();
    }

    private static async Task<byte[]> RawAsync(RunningCi running, SimulatedBuild build, string path)
    {
        using var memory = new MemoryStream();
        await running.Ci.OpenRaw(build, path).CopyToAsync(memory);
        return memory.ToArray();
    }
}
