using System.Text;
using Granary.Core.Model;
using Granary.Core.Ports;
using Granary.Sources.Directories;
using Granary.Sources.Tests.Decoding;

namespace Granary.Sources.Tests.Directories;

public sealed class DirectorySourceTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("granary-dir").FullName;

    // Not by .NET: it cannot delete what it cannot name.
    public void Dispose() => System.Diagnostics.Process.Start("rm", ["-rf", root]).WaitForExit();

    private void Write(string path, byte[] bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(root, path))!);
        File.WriteAllBytes(Path.Combine(root, path), bytes);
    }

    private ICiSource Source(SourceFilter? filter = null) =>
        SourceFactory.Create(Given.Folder(root) with { Filter = filter ?? new() }, Given.Quick);

    private async Task<List<Build>> BuildsAsync(SourceFilter? filter = null) =>
        [.. (await Source(filter).PagesAsync()).SelectMany(page => page.Builds)];

    /// <summary>The builds that were given before the walk ended, and why it failed.</summary>
    private async Task<(List<Build> Builds, CiException? Failure)> WalkAsync()
    {
        var builds = new List<Build>();
        try
        {
            await foreach (var page in Source().ReadPagesAsync(new(), CancellationToken.None))
            {
                builds.AddRange(page.Builds);
            }

            return (builds, null);
        }
        catch (CiException failure)
        {
            return (builds, failure);
        }
    }

    private async Task ShellAsync(string script)
    {
        Assert.SkipUnless(File.Exists("/bin/bash"), "bash is not installed");
        using var shell = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("/bin/bash", ["-e", "-c", script]) { WorkingDirectory = root })!;
        await shell.WaitForExitAsync();
        shell.ExitCode.ShouldBe(0);
    }

    private async Task<LogBody> OpenAsync(string path, long offset = 0, string? etag = null)
    {
        var source = Source();
        var build = (await BuildsAsync()).Single(build => build.Key.Id == path);
        var file = (await source.ListLogsAsync(build, CancellationToken.None)).Single();
        return await source.OpenLogAsync(build, file, offset, etag, CancellationToken.None);
    }

    [Fact]
    public async Task Every_regular_file_is_a_build_in_ordinal_order_and_links_are_not_followed()
    {
        foreach (var path in new[] { "b.log", "a/2/x.log", "a/10/y.log.gz", "a/B.log", "Z.log" })
        {
            Write(path, "text\n"u8.ToArray());
        }

        File.CreateSymbolicLink(Path.Combine(root, "link.log"), "/etc/hostname");
        Directory.CreateSymbolicLink(Path.Combine(root, "round"), root);
        var builds = await BuildsAsync();
        builds.Select(build => build.Key.Id).ShouldBe(["Z.log", "a/10/y.log.gz", "a/2/x.log", "a/B.log", "b.log"]);
        builds.Select(build => build.Job).ShouldBe(["Z.log", "a", "a", "a", "b.log"]);
        builds.ShouldAllBe(build => build.Finished && build.Position == 0 && build.StartedAt == null);
    }

    [Fact]
    public async Task A_changed_file_has_another_version()
    {
        Write("a.log", "one\n"u8.ToArray());
        var first = (await BuildsAsync()).Single();
        Write("a.log", "one\ntwo\n"u8.ToArray());
        var second = (await BuildsAsync()).Single();
        second.Key.ShouldBe(first.Key);
        second.Version.ShouldNotBe(first.Version);
    }

    [Fact]
    public async Task Jobs_files_and_since_choose_the_builds()
    {
        Write("unit/a.log", [1]);
        Write("unit/a.txt.gz", [1]);
        Write("lint/a.log", [1]);
        Write("unit/old.log", [1]);
        File.SetLastWriteTimeUtc(Path.Combine(root, "unit/old.log"), new(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        (await BuildsAsync(new() { Jobs = ["u*t"], Since = DateTimeOffset.UtcNow.AddDays(-1) }))
            .Select(build => build.Key.Id).ShouldBe(["unit/a.log", "unit/a.txt.gz"]);
        (await BuildsAsync(new() { Files = ["*.txt"] })).Single().Key.Id.ShouldBe("unit/a.txt.gz");
    }

    [Fact]
    public async Task Plain_and_compressed_files_are_read_and_resumed()
    {
        var text = Given.Lines(3000);
        Write("plain.log", text);
        Write("packed.log.gz", DecodedLogTests.Gzip(text));
        foreach (var path in new[] { "plain.log", "packed.log.gz" })
        {
            await using var whole = await OpenAsync(path);
            (await whole.Content.ReadAllAsync()).ShouldBe(text);
            whole.ReceivedBytes.ShouldBe(whole.DeclaredBytes!.Value);
            await using var rest = await OpenAsync(path, 70_000, whole.ETag);
            rest.Offset.ShouldBe(70_000);
            (await rest.Content.ReadAllAsync()).ShouldBe(text[70_000..]);
            await using var other = await OpenAsync(path, 70_000, "plain 1-1");
            other.Offset.ShouldBe(0);
        }
    }

    [Fact]
    public async Task A_file_that_went_away_is_gone()
    {
        Write("a.log", "one\n"u8.ToArray());
        var source = Source();
        var build = (await BuildsAsync()).Single();
        var file = (await source.ListLogsAsync(build, CancellationToken.None)).Single();
        File.Delete(Path.Combine(root, "a.log"));
        (await Should.ThrowAsync<CiException>(() => source.ListLogsAsync(build, CancellationToken.None))).Gone.ShouldBeTrue();
        (await Should.ThrowAsync<CiException>(() => source.OpenLogAsync(build, file, 0, null, CancellationToken.None))).Gone.ShouldBeTrue();
        (await source.ReadBuildsAsync([build], CancellationToken.None)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_link_put_in_the_place_of_a_file_or_a_folder_is_refused()
    {
        Write("a.log", "one\n"u8.ToArray());
        Write("deep/b.log", "two\n"u8.ToArray());
        var source = Source();
        foreach (var build in await BuildsAsync())
        {
            var file = (await source.ListLogsAsync(build, CancellationToken.None)).Single();
            var first = build.Key.Id.Split('/')[0];
            Directory.Move(Path.Combine(root, first), Path.Combine(root, first + ".away"));
            if (first == build.Key.Id)
            {
                File.CreateSymbolicLink(Path.Combine(root, first), "/etc/hostname");
            }
            else
            {
                Directory.CreateSymbolicLink(Path.Combine(root, first), Path.Combine(root, first + ".away"));
            }

            (await Should.ThrowAsync<CiException>(() => source.ListLogsAsync(build, CancellationToken.None))).Refused.ShouldBeTrue();
            (await Should.ThrowAsync<CiException>(() => source.OpenLogAsync(build, file, 0, null, CancellationToken.None))).Refused.ShouldBeTrue();
        }
    }

    [Fact]
    public async Task An_id_that_leads_out_is_refused()
    {
        var source = Source();
        var build = Given.Build() with { Key = new("dir", "../../etc/passwd") };
        (await Should.ThrowAsync<CiException>(() => source.ListLogsAsync(build, CancellationToken.None))).Refused.ShouldBeTrue();
    }

    [Fact]
    public async Task What_is_not_text_by_name_is_listed_with_the_reason()
    {
        Write("a.png", "x"u8.ToArray());
        var source = Source();
        var build = (await BuildsAsync()).Single();
        (await source.ListLogsAsync(build, CancellationToken.None)).Single().Skipped.ShouldBe("not text: .png");
    }

    [Fact]
    public async Task An_empty_file_is_an_empty_log()
    {
        Write("empty.log", []);
        await using var body = await OpenAsync("empty.log");
        (await body.Content.ReadAllAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(1000)]
    public void A_directory_larger_than_the_window_is_walked_whole_and_in_order(int window)
    {
        var names = Enumerable.Range(0, 25).Select(i => $"f{i * 7919 % 101}").Distinct().ToList();
        names.ForEach(name => Write(name, Encoding.UTF8.GetBytes(name)));
        Write("d/x", [1]);
        new FileWalk(root, window).Files().ShouldBe([.. names.Append("d/x").Order(StringComparer.Ordinal)]);
    }

    [Fact]
    public async Task A_pipe_put_in_the_place_of_a_file_is_an_empty_log_and_is_not_waited_for()
    {
        Write("pipe.log", "one\n"u8.ToArray());
        var source = Source();
        var build = (await BuildsAsync()).Single();
        var file = (await source.ListLogsAsync(build, CancellationToken.None)).Single();
        await ShellAsync("rm pipe.log; mkfifo pipe.log");
        await using var body = await source.OpenLogAsync(build, file, 0, null, CancellationToken.None);
        (await body.Content.ReadAllAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_no_regular_file_is_no_build()
    {
        Write("empty.log", []);
        await ShellAsync("mkfifo pipe.log");
        using var socket = new System.Net.Sockets.Socket(
            System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Unspecified);
        socket.Bind(new System.Net.Sockets.UnixDomainSocketEndPoint(Path.Combine(root, "socket.log")));

        (await BuildsAsync()).ShouldHaveSingleItem().Key.Id.ShouldBe("empty.log");
    }

    [Fact]
    public async Task A_name_that_is_not_UTF8_fails_the_walk_after_all_others_are_given()
    {
        Write("good.log", "one\n"u8.ToArray());
        await ShellAsync("echo x > $'caf\\xe9.log'; mkdir $'d\\xe9r'; echo y > $'d\\xe9r/in.log'");

        var (builds, failure) = await WalkAsync();

        builds.ShouldHaveSingleItem().Key.Id.ShouldBe("good.log");
        failure.ShouldNotBeNull().Message.ShouldBe(Path.Combine(root, "caf\uFFFD.log") + " cannot be read: its name is not UTF-8 (and 1 more)");
    }

    [Fact]
    public async Task A_name_that_is_not_UTF8_and_not_asked_for_fails_nothing()
    {
        await ShellAsync("echo x > $'caf\\xe9.txt'");

        (await BuildsAsync(new() { Files = ["*.log"] })).ShouldBeEmpty();
        (await BuildsAsync(new() { Jobs = ["other"] })).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_replacement_character_may_stand_in_a_name()
    {
        Write("caf\uFFFD.log", "one\n"u8.ToArray());

        (await BuildsAsync()).ShouldHaveSingleItem().Key.Id.ShouldBe("caf\uFFFD.log");
    }

    [Fact]
    public async Task A_directory_that_is_not_there_is_a_clear_error()
    {
        var source = SourceFactory.Create(Given.Folder("/no/such/granary"), Given.Quick);
        (await Should.ThrowAsync<CiException>(() => source.PagesAsync())).Message.ShouldContain("/no/such/granary");
    }

    [Fact]
    public async Task A_brotli_file_is_decoded_by_its_name_and_resumed()
    {
        var text = Given.Lines(500);
        Write("a.log.br", DecodedLogTests.Pack(text, target => new System.IO.Compression.BrotliStream(target, System.IO.Compression.CompressionLevel.Fastest)));
        var build = (await BuildsAsync()).Single();
        var source = Source();
        var file = (await source.ListLogsAsync(build, CancellationToken.None)).Single();
        file.Skipped.ShouldBeNull();

        await using var whole = await source.OpenLogAsync(build, file, 0, null, CancellationToken.None);
        (await whole.Content.ReadAllAsync()).ShouldBe(text);
        await using var rest = await source.OpenLogAsync(build, file, 1000, whole.ETag, CancellationToken.None);
        (rest.Offset, (await rest.Content.ReadAllAsync()).Length).ShouldBe((1000, text.Length - 1000));
    }

    [Theory]
    [InlineData("core.Z")]
    [InlineData("secret.log.gpg")]
    public async Task A_file_of_random_bytes_is_named_and_not_read(string path)
    {
        var bytes = new byte[5000];
        new Random(3).NextBytes(bytes);
        Write(path, bytes);
        var build = (await BuildsAsync()).Single();
        var source = Source();
        var file = (await source.ListLogsAsync(build, CancellationToken.None)).Single();

        await using var body = await source.OpenLogAsync(build, file, 0, null, CancellationToken.None);
        var (read, cut) = await body.Content.ReadToCutAsync();

        read.ShouldBeEmpty();
        cut.ShouldNotBeNull().Status.ShouldBe(FileStatus.Skipped);
    }
}
