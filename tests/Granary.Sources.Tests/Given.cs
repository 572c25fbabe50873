using System.Text;
using Granary.Core.Cursors;
using Granary.Core.Model;
using Granary.Core.Ports;

namespace Granary.Sources.Tests;

internal static class Given
{
    public static readonly SourceOptions Quick = new()
    {
        RetryBase = TimeSpan.FromMilliseconds(1),
        RetryCap = TimeSpan.FromMilliseconds(5),
        RetryLimit = 3,
        Seed = 1,
    };

    public static SourceDefinition Zuul(string address) => new()
    {
        Id = "ci", Name = "CI", Kind = "zuul", Address = address, Tenant = "t",
    };

    public static SourceDefinition Folder(string path) => new() { Id = "dir", Name = "dir", Kind = "directory", Address = path };

    public static Build Build(string? logUrl = null, string id = "u1") => new()
    {
        Key = new("ci", id), Job = "j", Finished = true, Result = "SUCCESS", LogUrl = logUrl,
    };

    public static LogFile File(string url) => new() { Path = "job-output.txt", Url = url };

    public static async Task<byte[]> ReadAllAsync(this Stream stream, int bufferSize = 4096)
    {
        var all = new MemoryStream();
        var buffer = new byte[bufferSize];
        for (int read; (read = await stream.ReadAsync(buffer)) > 0;)
        {
            all.Write(buffer, 0, read);
        }

        return all.ToArray();
    }

    /// <summary>What came before the cut, and the cut; null where the log ended well.</summary>
    public static async Task<(byte[] Bytes, LogCutException? Cut)> ReadToCutAsync(this Stream stream)
    {
        var all = new MemoryStream();
        var buffer = new byte[777];
        try
        {
            for (int read; (read = await stream.ReadAsync(buffer)) > 0;)
            {
                all.Write(buffer, 0, read);
            }

            return (all.ToArray(), null);
        }
        catch (LogCutException cut)
        {
            return (all.ToArray(), cut);
        }
    }

    public static async Task<List<BuildPage>> PagesAsync(this ICiSource source, CursorState? cursor = null)
    {
        var pages = new List<BuildPage>();
        await foreach (var page in source.ReadPagesAsync(cursor ?? new(), CancellationToken.None))
        {
            pages.Add(page);
        }

        return pages;
    }

    public static byte[] Lines(int count, int seed = 1)
    {
        var random = new Random(seed);
        var text = new StringBuilder();
        for (var i = 0; i < count; i++)
        {
            text.Append($"2026-01-01 00:00:{i % 60:00}.{random.Next(1000000):000000} | node | line {i} {random.NextInt64():x}\n");
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }
}
