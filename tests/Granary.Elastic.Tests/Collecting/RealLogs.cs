using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using Granary.Testing;

namespace Granary.Elastic.Tests.Collecting;

/// <summary>Copies of real logs, and what must be held of each by a script's reading of the rules, masking left out.</summary>
internal sealed class RealLogs
{
    private const string Mask = "********";

    private readonly Dictionary<string, string[]> lines = [];

    internal Dictionary<LogName, LogDigest> Digests { get; } = [];

    /// <summary>Lines met by <see cref="Unmasked"/> of which secrets are hidden.</summary>
    internal int MaskedLines { get; private set; }

    /// <summary>Copies every log as often as so many megabytes take; once without a number.</summary>
    internal static async Task<RealLogs> CopyAsync(string corpus, string target, int? megabytes)
    {
        var real = new RealLogs();
        var total = await real.ReadAsync(corpus);
        var copies = megabytes is { } wanted ? (int)Math.Ceiling(wanted * 1e6 / total) : 1;
        for (var copy = 0; copy < copies; copy++)
        {
            // Another day for each third copy, so that several indices are written at once.
            var folder = System.IO.Directory.CreateDirectory(Path.Combine(target, $"copy-{copy:d3}")).FullName;
            foreach (var (name, text) in real.lines)
            {
                var file = Path.Combine(folder, $"{name}.gz");
                await System.IO.File.WriteAllBytesAsync(file, await System.IO.File.ReadAllBytesAsync(Path.Combine(corpus, $"{name}.gz")));
                System.IO.File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddDays(-(copy / 3)).AddMinutes(-5));
                real.Digests[new($"copy-{copy:d3}/{name}.gz", $"copy-{copy:d3}/{name}.gz")] = DigestOf(text);
            }
        }

        return real;
    }

    /// <summary>The line as it was read, where what is held is the same with secrets hidden; else what is held.</summary>
    internal string Unmasked(LogName log, long line, string held)
    {
        var read = lines[Path.GetFileNameWithoutExtension(log.File)][line - 1];
        if (held == read || !held.Contains(Mask, StringComparison.Ordinal))
        {
            return held;
        }

        var at = 0;
        var pieces = held.Split(Mask);
        foreach (var piece in pieces[..^1])
        {
            at = read.IndexOf(piece, at, StringComparison.Ordinal);
            if (at < 0 || (piece == pieces[0] && at > 0))
            {
                return held;
            }

            at += piece.Length;
        }

        MaskedLines++;
        return read.AsSpan(at).EndsWith(pieces[^1], StringComparison.Ordinal) ? read : held;
    }

    private async Task<long> ReadAsync(string corpus)
    {
        var work = System.IO.Directory.CreateTempSubdirectory("granary-real-logs-");
        try
        {
            var (raw, normalised) = (work.CreateSubdirectory("raw"), work.CreateSubdirectory("normalised"));
            foreach (var file in System.IO.Directory.EnumerateFiles(corpus, "*.gz"))
            {
                await using var packed = new GZipStream(System.IO.File.OpenRead(file), CompressionMode.Decompress);
                await using var plain = System.IO.File.Create(Path.Combine(raw.FullName, Path.GetFileNameWithoutExtension(file)));
                await packed.CopyToAsync(plain);
            }

            using (var script = Process.Start("python3", [Path.Combine(AppContext.BaseDirectory, "normalise.py"), raw.FullName, normalised.FullName]))
            {
                await script.WaitForExitAsync();
                script.ExitCode.ShouldBe(0);
            }

            foreach (var file in normalised.EnumerateFiles())
            {
                lines[file.Name] = (await System.IO.File.ReadAllTextAsync(file.FullName)).Split('\n')[..^1];
            }

            return raw.EnumerateFiles().Sum(file => file.Length);
        }
        finally
        {
            work.Delete(recursive: true);
        }
    }

    private static LogDigest DigestOf(string[] text)
    {
        var digest = default(LogDigest);
        for (var line = 0; line < text.Length; line++)
        {
            digest = digest.With(line + 1, 0, Encoding.UTF8.GetBytes(text[line]));
        }

        return digest;
    }
}
