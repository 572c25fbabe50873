using Granary.Core.Model;

namespace Granary.State.Records;

/// <summary>The file receipts of a build; addresses below the build's log address are written as what follows it.</summary>
internal static class FileReceiptCodec
{
    private const byte WholeUrl = 0;
    private const byte BelowLogUrl = 1;
    private const byte PathBelowLogUrl = 2;

    public static void Write(RecordWriter writer, IReadOnlyList<FileReceipt> files, string? logUrl)
    {
        writer.Count(files.Count);
        foreach (var file in files)
        {
            writer.Text(file.Path);
            WriteUrl(writer, file, logUrl ?? "");
            writer.Byte((byte)file.Status);
            writer.Text(file.Reason);
            WriteSizes(writer, file);
            writer.Hash(file.Hash);
        }
    }

    public static IReadOnlyList<FileReceipt> Read(ref RecordReader reader, string? logUrl)
    {
        var count = reader.Count();
        var files = count == 0 ? [] : new FileReceipt[count];
        for (var i = 0; i < count; i++)
        {
            files[i] = ReadFile(ref reader, logUrl ?? "");
        }

        return files;
    }

    // Most sizes equal the one before them: their differences take one byte.
    private static void WriteSizes(RecordWriter writer, FileReceipt file)
    {
        writer.Signed(file.ReceivedBytes);
        writer.Byte(file.DeclaredBytes is null ? (byte)0 : (byte)1);
        if (file.DeclaredBytes is { } declared)
        {
            writer.Signed(declared - file.ReceivedBytes);
        }

        writer.Signed(file.RawBytes - file.ReceivedBytes);
        writer.Signed(file.Bytes - file.RawBytes);
        writer.Signed(file.Lines);
        writer.Signed(file.Entries - file.Lines);
        writer.Signed(file.Refused);
    }

    private static FileReceipt ReadFile(ref RecordReader reader, string logUrl)
    {
        var path = reader.RequiredText();
        var url = ReadUrl(ref reader, path, logUrl);
        var status = (FileStatus)reader.Byte();
        var reason = reader.Text();
        var received = reader.Signed();
        var declared = reader.Byte() == 0 ? (long?)null : received + reader.Signed();
        var raw = received + reader.Signed();
        var bytes = raw + reader.Signed();
        var lines = reader.Signed();
        return new FileReceipt
        {
            Path = path,
            Url = url,
            Status = Enum.IsDefined(status) ? status : throw new FormatException($"file status {status} is unknown"),
            Reason = reason,
            ReceivedBytes = received,
            DeclaredBytes = declared,
            RawBytes = raw,
            Bytes = bytes,
            Lines = lines,
            Entries = lines + reader.Signed(),
            Refused = reader.Signed(),
            Hash = reader.Hash(),
        };
    }

    private static void WriteUrl(RecordWriter writer, FileReceipt file, string logUrl)
    {
        if (logUrl.Length == 0 || !file.Url.StartsWith(logUrl, StringComparison.Ordinal))
        {
            writer.Byte(WholeUrl);
            writer.Text(file.Url);
            return;
        }

        var below = file.Url.AsSpan(logUrl.Length);
        writer.Byte(below.SequenceEqual(file.Path) ? PathBelowLogUrl : BelowLogUrl);
        if (!below.SequenceEqual(file.Path))
        {
            writer.Text(below.ToString());
        }
    }

    private static string ReadUrl(ref RecordReader reader, string path, string logUrl) => reader.Byte() switch
    {
        WholeUrl => reader.RequiredText(),
        BelowLogUrl => logUrl + reader.RequiredText(),
        PathBelowLogUrl => logUrl + path,
        var form => throw new FormatException($"form {form} of an address is unknown"),
    };
}
