namespace Granary.App.Tests;

public sealed class CollectorLockTests : IDisposable
{
    private readonly DataFolder folder = new(Directory.CreateTempSubdirectory("granary-lock-").FullName);

    public void Dispose() => Directory.Delete(folder.Path, recursive: true);

    [Fact]
    public async Task Whoever_looks_whether_the_lock_is_held_keeps_nobody_from_taking_it()
    {
        CollectorLock.Take(folder).Dispose();
        using var stop = new CancellationTokenSource();
        var looking = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                CollectorLock.IsHeld(folder);
            }
        });

        for (var i = 0; i < 500; i++)
        {
            Should.NotThrow(() => CollectorLock.Take(folder).Dispose());
        }

        await stop.CancelAsync();
        await looking;
    }

    [Fact]
    public void A_lock_that_is_held_is_refused_to_others()
    {
        using var held = CollectorLock.Take(folder);

        Should.Throw<CollectorRunningException>(() => CollectorLock.Take(folder));
        CollectorLock.IsHeld(folder).ShouldBeTrue();
    }

    [Fact]
    public void A_second_collector_is_told_who_has_the_folder()
    {
        using var held = CollectorLock.Take(folder);

        Should.Throw<CollectorRunningException>(() => CollectorLock.Take(folder)).Message
            .ShouldBe($"another collector (process {Environment.ProcessId}) is using {folder.Path}");
    }

    [Fact]
    public void One_that_has_not_said_yet_who_it_is_has_no_number()
    {
        using var held = CollectorLock.Take(folder);
        File.WriteAllText(Path.Combine(folder.Path, "collector.pid"), "");

        Should.Throw<CollectorRunningException>(() => CollectorLock.Take(folder)).Message.ShouldBe($"another collector is using {folder.Path}");
    }
}
