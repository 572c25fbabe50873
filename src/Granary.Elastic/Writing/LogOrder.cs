using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Granary.Core.Model;

namespace Granary.Elastic.Writing;

/// <summary>
/// One text whose order by UTF-8 bytes, as engines sort, is the stated order of logs: source, build id, attempt and file, each by its
/// UTF-16 code units. Those differ only where characters from U+E000 on meet those beyond U+FFFF.
/// </summary>
internal static class LogOrder
{
    /// <summary>Characters of a part of the key that are kept as they are; more would overrun what an engine sorts by.</summary>
    private const int LongestPart = 2500;

    internal static string Of(BuildKey build, string file)
    {
        var text = new StringBuilder(build.Source.Length + build.Id.Length + file.Length + 16);
        Append(text, build.Source);
        Append(text.Append('\0'), build.Id);
        text.Append('\0').Append(CultureInfo.InvariantCulture, $"{(uint)build.Attempt ^ 0x8000_0000:x8}").Append('\0');
        Append(text, file);
        return text.ToString();
    }

    private static void Append(StringBuilder text, string part)
    {
        foreach (var character in part.Length <= LongestPart ? part : part[..LongestPart])
        {
            _ = character switch
            {
                <= '\u0001' => text.Append('\u0001').Append((char)(character + 1)),
                _ when char.IsHighSurrogate(character) => text.Append('\uE000').Append(character),
                >= '\uE000' => text.Append('\uF8FF').Append(character),
                _ => text.Append(character),
            };
        }

        if (part.Length > LongestPart)
        {
            text.Append(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(part)).AsSpan(0, 16)));
        }
    }
}
