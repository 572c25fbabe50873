using Granary.Composition;
using Granary.Core.Model;
using Granary.State;

namespace Granary.Tests.Composition;

public sealed class SourceNamesTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("granary-names-");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Delete(recursive: true);

    [Theory]
    [InlineData("a", "ci")]
    [InlineData("b", "ci-2")]
    public async Task The_id_of_a_removed_source_with_builds_that_wait_goes_to_the_same_source_only(string tenant, string id)
    {
        await using var state = await SqliteStateStore.OpenAsync(new() { Path = Path.Combine(folder.FullName, "state.db") });
        var build = new Build
        {
            Key = new("ci", "b"), Job = "unit", Finished = true, FinishedAt = DateTimeOffset.UnixEpoch, Url = "https://zuul.example.org/t/a/build/b",
        };
        await state.SaveSourceAsync(Source("a"), Cancellation);
        await state.TakeAsync("ci", 0, new([build], null), new(DateTimeOffset.UnixEpoch, default, 1, 1), Cancellation);
        await state.RemoveSourceAsync("ci", Cancellation);

        (await SourceNames.NewIdAsync(state, [], Source(tenant), Cancellation)).ShouldBe(id);
    }

    private static SourceDefinition Source(string tenant) =>
        new() { Id = "ci", Name = "ci", Kind = "zuul", Address = "https://zuul.example.org", Tenant = tenant };
}
