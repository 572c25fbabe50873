using Granary.Sources.Decoding;
using Granary.Sources.Directories;

namespace Granary.Sources.Tests.Decoding;

public sealed class AllocationTests : IDisposable
{
    private readonly string path = Path.GetTempFileName();

    public void Dispose() => File.Delete(path);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Reading_allocates_nothing_for_each_read(bool compressed)
    {
        var text = Given.Lines(200_000);
        await File.WriteAllBytesAsync(path, compressed ? DecodedLogTests.Gzip(text) : text);
        await using var body = await FileLogBody.OpenAsync(path, 0, null, new DecodingLimits(), CancellationToken.None);
        var buffer = new byte[4096];
        await body.Content.ReadExactlyAsync(buffer);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var reads = 0;
        while (await body.Content.ReadAsync(buffer) > 0)
        {
            reads++;
        }

        reads.ShouldBeGreaterThan(1000);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(4096);
    }
}
