namespace Granary.Core.Tests.Masking;

/// <summary>
/// Lines with secrets, put together at run time so that no secret stands in a file. In a template § stands for the secret.
/// </summary>
internal static class Secrets
{
    private const string Letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

    /// <summary>The detector, the line's template, the secret.</summary>
    public static IEnumerable<(string Detector, string Template, string Secret)> All() =>
        [.. Tokens(), .. Assigned(), .. Headers(), .. Addresses(), .. Others()];

    public static string Random(int seed, int length, string alphabet = Letters)
    {
        var random = new Random(seed);
        return string.Concat(Enumerable.Range(0, length).Select(i => i == 0 ? alphabet[0] : i == 1 ? alphabet[^1] : alphabet[random.Next(alphabet.Length)]));
    }

    private static IEnumerable<(string, string, string)> Tokens()
    {
        var upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        var hex = "abcdef0123456789";
        (string Detector, string Prefix, int Length, string Alphabet)[] shapes =
        [
            ("GitHub", "gh" + "p_", 36, Letters), ("GitHub", "gh" + "o_", 36, Letters), ("GitHub", "gh" + "s_", 36, Letters),
            ("GitHub", "gh" + "u_", 36, Letters), ("GitHub", "gh" + "r_", 76, Letters), ("GitHub", "github" + "_pat_", 82, Letters),
            ("GitLab", "glp" + "at-", 20, Letters), ("GitLab", "gld" + "t-", 20, Letters), ("GitLab", "glr" + "t-", 20, Letters),
            ("GitLab", "glcb" + "t-", 26, Letters), ("GitLab", "glpt" + "t-", 40, hex), ("GitLab", "glf" + "t-", 25, Letters),
            ("GitLab", "glim" + "t-", 25, Letters), ("GitLab", "glag" + "ent-", 50, Letters), ("GitLab", "glso" + "at-", 20, Letters),
            ("GitLab", "gloa" + "s-", 64, hex), ("AWS", "AK" + "IA", 16, upper), ("AWS", "AS" + "IA", 16, upper),
            ("GCP", "AI" + "za", 35, Letters), ("GCP", "ya" + "29.", 120, Letters), ("Slack", "xo" + "xb-", 50, Letters),
            ("Slack", "xo" + "xp-", 70, Letters), ("Slack", "xo" + "xa-", 30, Letters), ("Slack", "xo" + "xr-", 30, Letters),
            ("Slack", "xo" + "xs-", 30, Letters), ("Slack", "xa" + "pp-", 60, Letters), ("npm", "np" + "m_", 36, Letters),
            ("PyPI", "py" + "pi-", 160, Letters), ("Docker", "dckr" + "_pat_", 27, Letters), ("Stripe", "sk" + "_live_", 24, Letters),
            ("Stripe", "rk" + "_live_", 24, Letters), ("Stripe", "wh" + "sec_", 32, Letters), ("Twilio", "S" + "K", 32, hex),
            ("HashiCorp", "hv" + "s.", 90, Letters), ("HashiCorp", "hv" + "b.", 138, Letters), ("HashiCorp", "hv" + "r.", 30, Letters),
            ("OpenAI", "sk-" + "proj-", 48, Letters), ("Anthropic", "sk-" + "ant-", 90, Letters), ("DigitalOcean", "dop" + "_v1_", 64, hex),
            ("Shopify", "sh" + "pat_", 32, hex), ("Hugging Face", "h" + "f_", 34, Letters), ("age", "AGE-SECRET" + "-KEY-1", 58, upper),
        ];
        string[] templates = ["§", "2024-01-02 03:04:05 | using § to push", "{'x': '§'}"];
        return from shape in shapes.Index()
               from template in templates
               select (shape.Item.Detector, template, shape.Item.Prefix + Random(shape.Index, shape.Item.Length, shape.Item.Alphabet));
    }

    private static IEnumerable<(string, string, string)> Assigned()
    {
        string[] templates =
        [
            "NPM_TOKEN=§", "export DEPLOY_TOKEN=§", "+ CI_JOB_TOKEN='§' make", "TOKEN=§ ./run", "\"token\": \"§\",", "token: §", "access_token=§&x=1",
            "{\"refresh_token\":\"§\",\"n\":1}", "--token §", "--auth-token=§", "PRIVATE-TOKEN: §", "api_key: §", "X-Api-Key: §", "apiKey=§",
            "\"apikey\" : \"§\"", "STRIPE_API_KEY=§", "SIGNING_KEY=§", "aws_secret_access_key = §", "AWS_SECRET_ACCESS_KEY=§", "\"SecretAccessKey\": \"§\"",
            "DB_PASSWORD=§", "password: §", "Password=§ Server=x", "\"password\": \"§\"", "\\\"password\\\":\\\"§\\\"", "--password §", "--password=§",
            "password => '§'", "mysql_passwd: §", "ssh_passphrase=§", "DB_PWD=§", "MYSQL_PASS=§", "client_secret=§", "CLIENT_SECRET: '§'", "secret = \"§\"",
            "AccountName=x;AccountKey=§;EndpointSuffix=y", "SharedAccessKeyName=x;SharedAccessKey=§", "https://h/x?access_token=§", "https://h/?a=b&api_key=§&c=d",
            "set ENCRYPTION_KEY=§", "credentials: §", "docker login -u x --password §", "registry.token = §", "deploy_key: §", "_authToken=§",
        ];
        return templates.Select((template, i) => ("assignment", template, Random(1000 + i, 24)))
            .Append(("assignment", "Password=§", "a;b,c)d&e"))
            .Append(("assignment", "password: '§'", "two words"))
            .Append(("assignment", "PASSWORD=§", "hunter2"))
            .Append(("assignment", "+ TOKEN=§", "abcd"))
            .Append(("assignment", "DB_PASSWORD=§", "hunt(er2!"))
            .Append(("assignment", "  DB_PASSWORD: §", "hunt[er2"))
            .Append(("assignment", "  DB_PASSWORD: §", "hunt(er)"))
            .Append(("assignment", "PASSWORD=§ make", "(x7)y"))
            .Append(("assignment", "MYSQL_PASS='§'", "<k9>[a]{b}"))
            .Append(("assignment", "CLIENT_SECRET=§", "{3f)"))
            .Append(("assignment", "ADMIN_PASSWORD=§", "[q!1"))
            .Append(("assignment", "SECRET = \"§\"", "word(word)"))
            .Append(("assignment", "API_TOKEN=§", "ab(cd9"));
    }

    private static IEnumerable<(string, string, string)> Headers()
    {
        string[] templates =
        [
            "Authorization: Bearer §", "> authorization: bearer §", "-H 'Authorization: token §'", "\"Authorization\": \"Basic §\"", "Proxy-Authorization: Basic §",
            "AUTHORIZATION=Bearer §", "extraheader=AUTHORIZATION: basic §", "using Bearer § as is", "authorization: §",
        ];
        return templates.Select((template, i) => ("authorization", template, Random(2000 + i, 40)));
    }

    private static IEnumerable<(string, string, string)> Addresses()
    {
        string[] templates =
        [
            "https://user:§@host/x", "git clone https://oauth2:§@gitlab.example/x.git", "postgres://app:§@db:5432/x", "amqp://u:§@mq", "redis://:§@cache:6379",
            "Cloning 'http://x-access-token:§@github.com/o/r'", "url=mongodb+srv://me:§@c.example/x?y=z", "ftp://a:§@h", "https://§@github.com/o/r.git",
        ];
        return templates.Select((template, i) => ("URL", template, Random(3000 + i, 24)))
            .Append(("URL", "ssh://u:§@h", "p@ss:word"));
    }

    private static IEnumerable<(string, string, string)> Others()
    {
        var jwt = "ey" + "J" + Random(1, 30) + ".ey" + "J" + Random(2, 80) + "." + Random(3, 43);
        yield return ("JWT", "§", jwt);
        yield return ("JWT", "got § from the issuer", jwt);
        yield return ("JWT", "id_token=§", jwt);
        yield return ("JWT", "{\"jwt\":\"§\"}", jwt);
        yield return ("SendGrid", "key § used", "S" + "G." + Random(4, 22) + "." + Random(5, 43));
        yield return ("Slack", "POST https://hooks.slack.com/services/§", "T" + Random(6, 8) + "/B" + Random(7, 8) + "/" + Random(8, 24));
        yield return ("Slack", "https://hooks.slack.com/workflows/§ sent", "T" + Random(6, 8) + "/A" + Random(7, 8) + "/" + Random(8, 24));
        yield return ("Azure", "https://x.blob.core.windows.net/c?sv=2022&sig=§&se=2030", Random(9, 43) + "%3D");
        yield return ("Azure", "SharedAccessSignature sr=x;sig=§;se=1", Random(10, 43) + "=");
        yield return ("Docker", "{\"auths\":{\"r\":{\"auth\":\"§\"}}}", Random(11, 30) + "==");
        yield return ("Docker", "{\\\"auth\\\": \\\"§\\\"}", Random(12, 30) + "=");
        yield return ("PEM", "key: -----BEGIN PRIVATE " + "KEY-----§-----END PRIVATE KEY-----", "\\n" + Random(13, 200) + "\\n");
    }
}
