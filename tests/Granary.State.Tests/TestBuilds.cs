using Granary.Core.Cursors;
using Granary.Core.Model;

namespace Granary.State.Tests;

/// <summary>Builds as a Zuul would list them, numbered.</summary>
public static class TestBuilds
{
    public const string Source = "opendev";

    public static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public static readonly TakeRules Rules = new(Start.AddDays(1), TimeSpan.FromHours(24), NormaliserVersion: 3, MaskingVersion: 5);

    public static readonly IReadOnlySet<BuildKey> None = new HashSet<BuildKey>();

    public static BuildKey Key(int number, string source = Source) => new(source, $"{(uint)number * 2654435761u:x8}{number:x24}");

    public static Build Finished(int number, string source = Source) => new()
    {
        Key = Key(number, source),
        Job = $"tempest-full-py{number % 7}",
        Project = "openstack/nova",
        Pipeline = "check",
        Branch = "master",
        Change = $"{900000 + number},1",
        Result = number % 5 == 0 ? "FAILURE" : "SUCCESS",
        StartedAt = Start.AddSeconds(number - 1800),
        FinishedAt = Start.AddSeconds(number),
        Url = $"https://zuul.example.org/t/openstack/build/{Key(number, source).Id}",
        LogUrl = $"https://storage.example.net/v1/AUTH_dcaab5e32b234d56b626f72581e3644c/logs_{number % 256:x2}/" +
            $"openstack/{Key(number, source).Id}/",
        Finished = true,
        Position = number,
    };

    public static Build Running(int number) => Finished(number) with { Finished = false, FinishedAt = null, Result = null };

    public static Receipt Receipt(Build build, int generation = 1, ReceiptStatus status = ReceiptStatus.Complete) => new()
    {
        Build = build,
        Status = status,
        Generation = generation,
        IndexDay = DateOnly.FromDateTime((build.FinishedAt ?? Start).UtcDateTime),
        NormaliserVersion = 3,
        MaskingVersion = 5,
        WrittenAt = (build.FinishedAt ?? Start).AddTicks(912_345_678),
        Files = [Log(build, "job-output.txt", 12_345), Log(build, "controller/logs/screen-n-cpu.txt.gz", 1_234_567)],
    };

    public static FileReceipt Log(Build build, string path, long bytes) => new()
    {
        Path = path,
        Url = build.LogUrl + path,
        Status = FileStatus.Complete,
        DeclaredBytes = bytes,
        ReceivedBytes = bytes,
        RawBytes = bytes,
        Bytes = bytes - 17,
        Lines = bytes / 100,
        Entries = (bytes / 100) + 2,
        Hash = ContentHash.Of(System.Text.Encoding.UTF8.GetBytes(build.Key + path)),
    };

    public static BuildPage Page(Interval? covered, params IEnumerable<Build> builds) => new([.. builds], covered);
}
