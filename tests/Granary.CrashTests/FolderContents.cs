using Granary.App;
using Granary.Blocks;
using Granary.Core.Cursors;
using Granary.Core.Model;
using Granary.State;

namespace Granary.CrashTests;

/// <summary>What a data folder holds while no collector runs on it.</summary>
internal static class FolderContents
{
    public static DataFolder Data(this CrashFolder folder) => new(folder.Path);

    public static BlockIndex OpenIndex(this CrashFolder folder) => BlockIndex.Open(folder.Data().IndexFolder);

    public static Task<SqliteStateStore> OpenStateAsync(this CrashFolder folder) =>
        SqliteStateStore.OpenAsync(new() { Path = folder.Data().StateFile });

    public static async Task<CursorState> CursorAsync(this CrashFolder folder)
    {
        await using var state = await folder.OpenStateAsync();
        return await state.ReadCursorAsync("sim", CancellationToken.None);
    }

    public static async Task<IReadOnlyList<Receipt>> ReceiptsAsync(this CrashFolder folder)
    {
        await using var state = await folder.OpenStateAsync();
        return await state.ReadReceiptsAsync(new(), CancellationToken.None).ToListAsync();
    }

    /// <summary>Changes every pending row, as another version of the program would have left it.</summary>
    public static async Task ChangePendingAsync(this CrashFolder folder, Func<PendingBuild, PendingBuild> change)
    {
        await using var state = await folder.OpenStateAsync();
        var rows = await state.ReadPendingAsync("sim", DateTimeOffset.MaxValue, int.MaxValue, new HashSet<BuildKey>(), CancellationToken.None);
        rows.ShouldNotBeEmpty();
        foreach (var row in rows)
        {
            await state.SavePendingAsync(change(row), CancellationToken.None);
        }
    }

    /// <summary>Names and sizes of the segment files.</summary>
    public static IReadOnlyList<(string Name, long Bytes)> Segments(this CrashFolder folder) =>
        [.. SegmentFiles(folder).Select(file => (file.Name, file.Length))];

    public static IReadOnlyList<FileInfo> SegmentFiles(this CrashFolder folder) =>
        [.. new DirectoryInfo(Path.Combine(folder.Data().IndexFolder, "segments")).GetFiles("*.seg").OrderBy(file => file.Name, StringComparer.Ordinal)];
}
