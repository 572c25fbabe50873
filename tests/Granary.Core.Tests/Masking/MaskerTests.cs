using System.Text;
using Granary.Core.Lines;
using Granary.Core.Masking;
using Granary.Core.Tests.Lines;

namespace Granary.Core.Tests.Masking;

public sealed class MaskerTests
{
    private const string Mask = "********";
    private static readonly LineRules Rules = new() { Masker = new Masker() };

    public static string[] Masked(string log, Masker? masker = null, Random? random = null) =>
        Logs.Entries(Encoding.UTF8.GetBytes(log), new LineRules { Masker = masker ?? Rules.Masker }, random);

    [Fact]
    public void Secrets_of_every_detector_are_masked()
    {
        var secrets = Secrets.All().ToList();
        secrets.Count.ShouldBeGreaterThan(200);
        foreach (var (detector, template, secret) in secrets)
        {
            var entry = Masked(template.Replace("§", secret, StringComparison.Ordinal) + "\nplain\n");
            entry.Length.ShouldBe(2, detector);
            entry[0].ShouldNotContain(secret, Case.Sensitive, $"{detector}: {template}");
            entry[0].Replace("\\n", "", StringComparison.Ordinal).ShouldBe(template.Replace("§", Mask, StringComparison.Ordinal), $"{detector}: {template}");
            entry[1].ShouldBe("plain");
        }
    }

    [Theory]
    [InlineData("\\n")]
    [InlineData("\\t")]
    [InlineData("\\r\\n")]
    [InlineData("\\u000a")]
    [InlineData("\\x0a")]
    [InlineData("\\u001b[0m")]
    [InlineData("\\033[1;31m")]
    [InlineData("%3D")]
    [InlineData("%0a")]
    public void A_secret_begins_after_an_escape_as_after_the_character_that_it_stands_for(string escape)
    {
        foreach (var (detector, template, secret) in Secrets.All())
        {
            // A template that begins with its secret or its name stands in a JSON string's text.
            if (char.IsLetter(template[0]) || template[0] is '§' or '-')
            {
                var line = $"\"stdout\": \"x{escape}{template}\"".Replace("§", secret, StringComparison.Ordinal);
                Masked(line + "\nplain\n")[0].ShouldNotContain(secret, Case.Sensitive, $"{detector}: {line}");
            }
        }
    }

    [Theory]
    [InlineData("TOKEN=$CI_TOKEN")]
    [InlineData("TOKEN=${CI_TOKEN}")]
    [InlineData("token: ${{ secrets.TOKEN }}")]
    [InlineData("password: $(cat /run/x)")]
    [InlineData("password: ***")]
    [InlineData("DB_PASSWORD=[MASKED]")]
    [InlineData("password=<redacted>")]
    [InlineData("DB_PASSWORD=<redacted>")]
    [InlineData("DB_PASSWORD='<your password>'")]
    [InlineData("DB_PASSWORD=<your password>")]
    [InlineData("DB_PASSWORD={{ secrets.password }}")]
    [InlineData("DB_PASSWORD: {password}")]
    [InlineData("DB_PASSWORD=(hidden)")]
    [InlineData("DB_PASSWORD=$(cat /run/x)")]
    [InlineData("SECRET_KEY = getenv(\"SECRET_KEY\")")]
    [InlineData("PASSWORD = read_it(path);")]
    [InlineData("password = hash(word2)")]
    [InlineData("password: [1, 2]")]
    [InlineData("\"password\": null,")]
    [InlineData("\"password\": \"\"")]
    [InlineData("secret: true")]
    [InlineData("Enter password: ")]
    [InlineData("token: string")]
    [InlineData("https://user:$PASSWORD@host/")]
    [InlineData("https://user:***@host/")]
    [InlineData("https://user@host/path")]
    [InlineData("git@github.com:o/r.git and ssh://git@host:22/x")]
    [InlineData("http://host:8080/a@b")]
    [InlineData("cache_key: linux-x64-1234abcd")]
    [InlineData("CACHE_KEY=linux-x64-1234abcd")]
    [InlineData("key=value1234")]
    [InlineData("tokenizer: fast1234567")]
    [InlineData("const token = readToken(1234567)")]
    [InlineData("if (token == 12345678)")]
    [InlineData("Token::new12345678")]
    [InlineData("-----BEGIN CERTIFICATE-----")]
    [InlineData("-----BEGIN PUBLIC KEY-----")]
    [InlineData("PWD=/builds/worker")]
    [InlineData("task_keyboard and passed: 1234")]
    [InlineData("AKIASHORT ghp_short glpat-short npm_config_registry")]
    [InlineData("Authorization: required")]
    [InlineData("bearer of bad news 1")]
    public void What_only_refers_to_a_secret_stays(string line) => Masked(line).ShouldBe([line]);

    [Fact]
    public void A_source_s_own_credentials_are_masked_wherever_they_stand()
    {
        var masker = new Masker(["tiny", "own-credential-%?é", "0123456789"]);
        Masked("xown-credential-%?éy tiny 01234567890123456789", masker).ShouldBe([$"x{Mask}y tiny {Mask}"]);
        Should.Throw<ArgumentException>(() => new Masker(["two\nlines"]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("2024-01-02 03:04:05.123456 | ")]
    public void Between_BEGIN_and_END_of_a_private_key_every_line_is_masked(string prefix)
    {
        string[] key =
        [
            "before", "-----BEGIN RSA PRIVATE " + "KEY-----", "Proc-Type: 4,ENCRYPTED", "DEK-Info: AES-128-CBC,00", Secrets.Random(1, 64), Secrets.Random(2, 64),
            Secrets.Random(3, 27) + "=", "-----END RSA PRIVATE KEY-----", Secrets.Random(4, 64),
        ];
        var expected = key.Select((line, i) => i is >= 4 and <= 6 ? Mask : prefix + line);
        var log = string.Concat(key.Select(line => prefix + line + "\n"));
        Masked(log).ShouldBe(expected);
        Masked(log, random: new Random(5)).ShouldBe(expected);
    }

    [Fact]
    public void Certificates_stay()
    {
        string[] lines = ["-----BEGIN CERTIFICATE-----", Secrets.Random(1, 64), "-----END CERTIFICATE-----"];
        Masked(string.Join('\n', lines)).ShouldBe(lines);
    }

    [Fact]
    public void A_private_key_without_its_end_blots_out_no_more_than_key_material()
    {
        string[] lines = ["-----BEGIN PRIVATE " + "KEY-----", "is looked for", "in every file", "of the tree", Secrets.Random(1, 64)];
        Masked(string.Join('\n', lines)).ShouldBe(lines);
    }

    [Fact]
    public void No_chunk_can_be_resumed_from_inside_a_private_key()
    {
        var body = string.Concat(Enumerable.Range(0, 40_000).Select(i => Secrets.Random(i, 64) + "\n"));
        var chunks = Logs.Read(Encoding.ASCII.GetBytes("-----BEGIN PRIVATE " + "KEY-----\n" + body), Rules);
        chunks.Count.ShouldBeGreaterThan(1);
        chunks.ShouldAllBe(chunk => chunk.Resume == null);
    }

    [Fact]
    public void A_secret_that_lies_across_a_part_or_a_window_is_masked()
    {
        var secret = "gh" + "p_" + Secrets.Random(1, 36);
        foreach (var at in (int[])[32_730, 32_760, 44_000, 45_040, 45_056, 45_090, 65_500, 65_530, 98_000, 110_600])
        {
            var filler = new string('.', at - 7) + "TOKEN: ";
            foreach (var tail in (int[])[0, 10, 40_000, 200_000])
            {
                var text = string.Concat(Masked(filler + secret + " " + new string('-', tail), random: new Random(at)).Select(entry => entry.TrimStart('+')));
                text.ShouldBe(filler + Mask + " " + new string('-', tail), $"{at} {tail}");
            }
        }
    }

    [Theory]
    [InlineData(40_000)]
    [InlineData(70_000)]
    [InlineData(400_000)]
    public void A_secret_longer_than_a_part_is_masked_once(int size)
    {
        var secret = Secrets.Random(size, size);
        Masked($"x DB_PASSWORD={secret} end {new string('.', 100_000)}")[0][..40].ShouldBe($"x DB_PASSWORD={Mask} end ............."[..40]);
        Masked($"DB_PASSWORD={secret}").ShouldBe([$"DB_PASSWORD={Mask}"]);
    }

    [Fact]
    public void Masking_is_the_same_however_reads_split_the_log()
    {
        var secrets = Secrets.All().ToList();
        var started = TimeProvider.System.GetTimestamp();
        for (var seed = 0; seed < 10 || TimeProvider.System.GetElapsedTime(started) < Logs.FuzzTime; seed++)
        {
            var random = new Random(seed);
            var log = new List<byte>();
            for (var i = 0; i < 12; i++)
            {
                var (_, template, secret) = secrets[random.Next(secrets.Count)];
                log.AddRange(NastyLog.Make(random));
                log.AddRange(Encoding.UTF8.GetBytes((random.Next(2) == 0 ? "\n" : " ") + template.Replace("§", secret, StringComparison.Ordinal) + (random.Next(2) == 0 ? "\n" : " ")));
            }

            var whole = Logs.Read([.. log], Rules);
            var split = Logs.Read([.. log], Rules, random, longest: random.Next(2, 5_000));
            Logs.ShouldBeAlike(split.Select(chunk => (chunk with { RawBytes = 0 }).ToString()), whole.Select(chunk => (chunk with { RawBytes = 0 }).ToString()), $"seed {seed}");
            foreach (var point in whole.Select(chunk => chunk.Resume).Where(point => point is not null).Take(3))
            {
                var again = Logs.Read([.. log], Rules, random, (int)point!.Offset, point);
                Logs.ShouldBeAlike(again.Select(chunk => chunk.Text), whole.Skip(point.Ordinal).Select(chunk => chunk.Text), $"seed {seed} at {point.Offset}");
            }
        }
    }

    [Fact]
    public void Masking_twice_changes_nothing()
    {
        foreach (var (detector, template, secret) in Secrets.All())
        {
            var once = Masked(template.Replace("§", secret, StringComparison.Ordinal));
            Masked(string.Join('\n', once)).ShouldBe(once, detector);
        }
    }

    [Theory]
    [InlineData("token=")]
    [InlineData("TOKEN_")]
    [InlineData("password=\"")]
    [InlineData("http://a:")]
    [InlineData("eyJ.")]
    [InlineData("eyJaaaaa.eyJ")]
    [InlineData("glpat-")]
    [InlineData("-----BEGIN PRIVATE KEY-----")]
    [InlineData("Authorization: ")]
    [InlineData("\"auth\":")]
    public void No_line_takes_long(string piece)
    {
        var log = string.Concat(Enumerable.Repeat(piece, 400_000 / piece.Length)) + "\nend\n";
        var started = TimeProvider.System.GetTimestamp();
        Masked(log)[^1].ShouldBe("end");
        TimeProvider.System.GetElapsedTime(started).ShouldBeLessThan(TimeSpan.FromSeconds(5));
    }
}
