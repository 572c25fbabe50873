using System.Buffers;
using System.Text;

namespace Granary.Core.Masking;

/// <summary>
/// Secrets that are known by the name they are given: <c>DB_PASSWORD=x</c>, <c>"api_key": "x"</c>, <c>--token x</c>,
/// <c>Authorization: Bearer x</c>. References to secrets (<c>$NAME</c>, <c>${NAME}</c>, <c>&lt;redacted&gt;</c>, <c>***</c>,
/// <c>null</c>) are none.
/// </summary>
internal static class Assignments
{
    private const int LongestName = 64;
    private const int LongestGap = 8;
    private const int Sight = 4096;

    private static readonly SearchValues<byte> Name = TokenShape.Dotted;
    private static readonly SearchValues<byte> Ends = TokenShape.Bytes(" \t\"'`");
    private static readonly SearchValues<byte> TokenEnds = TokenShape.Bytes(" \t\"'`&<,;)}]|");
    private static readonly SearchValues<byte> Placeholder = TokenShape.Bytes("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-. *$");
    private static readonly SearchValues<byte> Identifier = TokenShape.Bytes("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_.");
    private static readonly SearchValues<byte> AsciiDigits = TokenShape.Bytes("0123456789");

    private static readonly byte[][] Passwords = Words("password", "passwd", "passphrase", "_pass", "_pwd", "secret", "secret_key", "secretkey", "secret_access_key", "secretaccesskey");
    private static readonly byte[][] Tokens = Words("token", "api_key", "api-key", "apikey", "access_key", "access-key", "accesskey", "account_key",
        "accountkey", "private_key", "privatekey", "encryption_key", "signing_key", "deploy_key", "auth_key", "client_key", "master_key", "service_key", "credential", "credentials");
    private static readonly byte[][] Schemes = Words("bearer", "basic", "token", "digest", "negotiate", "apikey", "aws4-hmac-sha256");
    private static readonly byte[][] PublicKeys = Words("public", "cache", "primary", "foreign", "partition", "sort", "registry", "hot", "host");
    private static readonly byte[][] Nothing = Words("null", "none", "nil", "true", "false", "yes", "no", "undefined", "empty", "unset", "redacted",
        "masked", "hidden", "required", "optional", "invalid", "incorrect", "expired", "missing", "string", "str", "not", "is", "was", "for", "the");

    /// <summary>The needles in the names above, each inside the name that it stands for.</summary>
    public static readonly string[] Needles =
        ["oken", "sswo", "sswd", "sphr", "_pas", "_pwd", "ecre", "_key", "-key", "ikey", "skey", "tkey", "ekey", "eden"];

    private enum Kind
    {
        None,
        Password,
        Token,

        /// <summary>Of a kind that is often harmless: only as an environment variable.</summary>
        Variable,
    }

    /// <summary>The secret that is assigned to the name around <paramref name="at"/>.</summary>
    public static bool TryFind(ReadOnlySpan<byte> text, int at, out MaskRange range)
    {
        range = default;
        var first = NameStart(text, at);
        var last = at + TokenShape.Run(text[at..Math.Min(text.Length, at + LongestName)], Name);
        // The name as it stands counts as well: the t of \token may be its own.
        var name = TokenStart.Bare(text, first, last);
        var kind = KindOf(name) is var bare and not Kind.None ? bare : KindOf(text[first..last]);

        // A user in a URL: its password is told by the address.
        var isUser = text[..first].EndsWith("://"u8);
        if (kind == Kind.None || isUser || !Separator(text, last, name, out var separator, out var value))
        {
            return false;
        }

        var inAddress = first > 0 && text[first - 1] is (byte)'?' or (byte)'&';
        var ends = kind == Kind.Password && !inAddress ? Ends : TokenEnds;

        // Judged by its start, so that a value that is none costs no look at the whole of a long line.
        var start = value;
        var sight = text[..Math.Min(text.Length, value + Sight)];
        var end = ValueEnd(sight, ref value, ends);
        var mayBeCode = separator == '=' && value == start && text[value - 1] is (byte)' ' or (byte)'\t';
        if (end <= value || !IsSecret(text[value..end], kind, IsVariable(name), separator, mayBeCode))
        {
            return false;
        }

        range = new MaskRange(first, value, ValueEnd(text, ref start, ends));
        return true;
    }

    /// <summary>The credentials of an Authorization header; <paramref name="at"/> is inside its name.</summary>
    public static bool TryFindAuthorization(ReadOnlySpan<byte> text, int at, out MaskRange range)
    {
        range = default;
        var first = NameStart(text, at);
        var last = at + TokenShape.Run(text[at..Math.Min(text.Length, at + LongestName)], TokenShape.Word);
        if (!EndsWith(text[first..last], "authorization"u8) || !Separator(text, last, default, out _, out var value))
        {
            return false;
        }

        // A quote before the scheme; one before bare credentials is passed over with them.
        value = Skip(text, value, "\\\"'"u8);
        foreach (var scheme in Schemes)
        {
            if (StartsWith(text[value..], scheme) && value + scheme.Length < text.Length && text[value + scheme.Length] is (byte)' ' or (byte)':')
            {
                value += scheme.Length + 1;
                var end = ValueEnd(text, ref value, Ends);
                range = new MaskRange(first, value, end);
                return end > value && !IsReference(text[value..end]);
            }
        }

        var bare = ValueEnd(text, ref value, Ends);
        range = new MaskRange(first, value, bare);
        return bare - value >= 16 && !IsReference(text[value..bare]);
    }

    /// <summary>What follows <c>Bearer</c> outside a header; <paramref name="at"/> is the word's second byte.</summary>
    public static bool TryFindBearer(ReadOnlySpan<byte> text, int at, out MaskRange range)
    {
        range = default;
        var value = at + "earer ".Length;
        if (at == 0 || !TokenStart.Is(text, at - 1, Name) || !StartsWith(text[(at - 1)..], "bearer "u8) || value >= text.Length)
        {
            return false;
        }

        var end = ValueEnd(text, ref value, TokenEnds);
        range = new MaskRange(at - 1, value, end);
        return end - value >= 16 && text[value..end].ContainsAny(AsciiDigits) && !IsReference(text[value..end]);
    }

    /// <summary>Where a reference stands in a secret's place, or words that are surely none.</summary>
    /// <param name="value">What stands there.</param>
    /// <param name="variable">True for an environment variable's value: what begins with a bracket is then no reference for that alone.</param>
    public static bool IsReference(ReadOnlySpan<byte> value, bool variable = false)
    {
        var whole = value;
        while (!value.IsEmpty && value[^1] is (byte)',' or (byte)';' or (byte)')' or (byte)'}' or (byte)']' or (byte)'.' or (byte)':' or (byte)'!')
        {
            value = value[..^1];
        }

        if (value.IsEmpty)
        {
            return true;
        }

        switch (value[0])
        {
            case (byte)'$':
                return value.Length == 1 || value[1] is (byte)'{' or (byte)'(' || TokenShape.Run(value[1..], TokenShape.Word) == value.Length - 1;
            case (byte)'%' when value.Length > 1 && value[^1] == '%':
            case (byte)'{' or (byte)'<' or (byte)'[' or (byte)'(':
                return !variable || IsPlaceholder(whole);
        }

        if (value.IndexOfAnyExcept(value[0]) < 0 && value[0] is (byte)'*' or (byte)'x' or (byte)'X' or (byte)'.' or (byte)'-' or (byte)'#' or (byte)'=')
        {
            return true;
        }

        foreach (var word in Nothing)
        {
            if (value.Length == word.Length && StartsWith(value, word))
            {
                return true;
            }
        }

        return StartsWith(value, "os.environ"u8) || StartsWith(value, "process.env"u8) || StartsWith(value, "secrets."u8);
    }

    /// <param name="value">Without its quotes.</param>
    /// <param name="kind">Of the name.</param>
    /// <param name="variable">The name is in capitals.</param>
    /// <param name="separator">Between the name and the value.</param>
    /// <param name="mayBeCode">The value stands apart and without quotes, as no shell has it.</param>
    private static bool IsSecret(ReadOnlySpan<byte> value, Kind kind, bool variable, byte separator, bool mayBeCode)
    {
        if (IsReference(value, variable) || (separator == ' ' && value[0] == '-'))
        {
            return false;
        }

        // Calls, types and paths are code that speaks of secrets: token = read(…), key=/etc/ssl/key.pem.
        var assigned = variable && separator == '=';
        if (kind != Kind.Password && ((!assigned && value.Contains((byte)'(')) || value[0] is (byte)'/' or (byte)'.'))
        {
            return false;
        }

        if (variable && mayBeCode && IsCall(value))
        {
            return false;
        }

        return kind switch
        {
            Kind.Password => variable || !value.ContainsAny("(["u8),
            Kind.Token when assigned => value.Length >= 4,
            Kind.Token => value.ContainsAny(AsciiDigits) && HasLongRun(value),
            _ => assigned && value.Length >= 8,
        };
    }

    /// <summary>Words in brackets: <c>&lt;redacted></c>, <c>{{ secrets.x }}</c>; also the first of several.</summary>
    private static bool IsPlaceholder(ReadOnlySpan<byte> value) => value.Trim("<{[()]}>,;:!"u8).IndexOfAnyExcept(Placeholder) < 0;

    /// <summary><c>getenv("X")</c>, which ends here at the quote, or <c>read(path)</c>.</summary>
    private static bool IsCall(ReadOnlySpan<byte> value)
    {
        var name = TokenShape.Run(value, Identifier);
        value = value.TrimEnd(",;"u8);
        return name > 0 && name < value.Length && value[name] == '(' && value[^1] is (byte)'(' or (byte)')';
    }

    /// <summary>Eight letters and digits in a row: names of files and of tests seldom have them.</summary>
    private static bool HasLongRun(ReadOnlySpan<byte> value)
    {
        while (value.Length >= 8)
        {
            var run = TokenShape.Run(value, TokenShape.Alphanumeric);
            if (run >= 8)
            {
                return true;
            }

            value = value[Math.Min(value.Length, run + 1)..];
        }

        return false;
    }

    private static int NameStart(ReadOnlySpan<byte> text, int at)
    {
        var least = Math.Max(0, at - LongestName);
        while (at > least && Name.Contains(text[at - 1]))
        {
            at--;
        }

        return at;
    }

    private static Kind KindOf(ReadOnlySpan<byte> name)
    {
        if (EndsWithAny(name, Passwords))
        {
            return Kind.Password;
        }

        if (EndsWithAny(name, Tokens))
        {
            return Kind.Token;
        }

        if (!EndsWith(name, "_key"u8) || !IsVariable(name))
        {
            return Kind.None;
        }

        foreach (var word in PublicKeys)
        {
            if (name.Length >= word.Length + 4 && EndsWith(name[..^4], word))
            {
                return Kind.None;
            }
        }

        return Kind.Variable;
    }

    /// <summary>Written as environment variables are: <c>A_B</c>, all capitals.</summary>
    private static bool IsVariable(ReadOnlySpan<byte> name) =>
        name.IndexOfAnyInRange((byte)'a', (byte)'z') < 0 && name.IndexOfAnyInRange((byte)'A', (byte)'Z') >= 0;

    /// <summary>Passes over <c>=</c>, <c>:</c>, <c>=></c> with blanks and quotes around, or the blank after a flag.</summary>
    private static bool Separator(ReadOnlySpan<byte> text, int at, ReadOnlySpan<byte> name, out byte separator, out int value)
    {
        (separator, value) = (0, at);
        if (name.StartsWith("--"u8) && at + 1 < text.Length && text[at] == ' ')
        {
            (separator, value) = ((byte)' ', at + 1);
        }
        else
        {
            at = Skip(text, Skip(text, at, "\\\"'"u8), " \t"u8);
            if (at >= text.Length || text[at] is not ((byte)'=' or (byte)':'))
            {
                return false;
            }

            separator = text[at++];
            if (at < text.Length && ((separator == '=' && text[at] == '>') || (separator == ':' && text[at] == '=')))
            {
                at++;
            }

            value = Skip(text, at, " \t"u8);

            // A comparison or a scope: token == x, Token::new.
            if (value < text.Length && text[value] == separator)
            {
                return false;
            }
        }

        return value < text.Length;
    }

    private static int Skip(ReadOnlySpan<byte> text, int at, ReadOnlySpan<byte> set)
    {
        for (var end = Math.Min(text.Length, at + LongestGap); at < end && set.Contains(text[at]); at++)
        {
        }

        return at;
    }

    /// <summary>The end of the value at <paramref name="value"/>, which moves past an opening quote.</summary>
    private static int ValueEnd(ReadOnlySpan<byte> text, ref int value, SearchValues<byte> ends)
    {
        if (value < text.Length && text[value] == '\\')
        {
            value++;
        }

        if (value < text.Length && text[value] is var quote and ((byte)'"' or (byte)'\'' or (byte)'`'))
        {
            value++;
            var closing = text[value..].IndexOf(quote);
            if (closing >= 0)
            {
                // Inside quoted text the quotes themselves are escaped.
                return closing > 0 && text[value + closing - 1] == '\\' ? value + closing - 1 : value + closing;
            }
        }

        var length = text[value..].IndexOfAny(ends);
        if (length < 0)
        {
            return text.Length;
        }

        // Before a quote a backslash belongs to it.
        return value + (length > 0 && text[value + length - 1] == '\\' && text[value + length] != ' ' ? length - 1 : length);
    }

    private static byte[][] Words(params string[] words) => [.. words.Select(Encoding.ASCII.GetBytes)];

    private static bool EndsWithAny(ReadOnlySpan<byte> text, byte[][] words)
    {
        foreach (var word in words)
        {
            if (EndsWith(text, word))
            {
                return true;
            }
        }

        return false;
    }

    private static bool EndsWith(ReadOnlySpan<byte> text, ReadOnlySpan<byte> word) =>
        text.Length >= word.Length && Ascii.EqualsIgnoreCase(text[^word.Length..], word);

    private static bool StartsWith(ReadOnlySpan<byte> text, ReadOnlySpan<byte> word) =>
        text.Length >= word.Length && Ascii.EqualsIgnoreCase(text[..word.Length], word);
}
