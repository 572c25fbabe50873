using System.Text;
using Granary.Core.Masking;

namespace Granary.Core.Tests.Masking;

public sealed class NeedleProbeTests
{
    private static readonly string[] Needles = ["://?", "eyJ?", "oken", "SK%%", "_key", "-key", "SG.?", "ecre"];

    [Fact]
    public void Every_place_of_a_needle_is_found_and_no_other()
    {
        var probe = new NeedleProbe([.. Needles.Select(Encoding.ASCII.GetBytes)]);
        var random = new Random(11);
        for (var round = 0; round < 1_500; round++)
        {
            var text = new StringBuilder();
            for (var i = random.Next(80); i > 0; i--)
            {
                text.Append(random.Next(3) == 0 ? Needles[random.Next(Needles.Length)].Replace('%', 'a') : "okeynSGey:/_1aA.".Substring(random.Next(16), 1));
            }

            var bytes = Encoding.ASCII.GetBytes(text.ToString());
            var found = new List<int>();
            for (var at = probe.Find(bytes, 0, out _); at >= 0; at = probe.Find(bytes, at + 1, out _))
            {
                found.Add(at);
            }

            // The class of a wildcard is a filter only: what it lets by, the detector judges.
            var must = Enumerable.Range(0, bytes.Length).Where(at => Needles.Any(needle => Matches(text.ToString(), at, needle, strict: true)));
            must.Except(found).ShouldBeEmpty($"round {round}: {text}");
            found.ShouldAllBe(at => Needles.Any(needle => Matches(text.ToString(), at, needle, strict: false)));
        }
    }

    private static bool Matches(string text, int at, string needle, bool strict) =>
        at + needle.Length <= text.Length && needle.Index().All(item => item.Item switch
        {
            '?' => true,
            '%' => !strict || char.IsAsciiHexDigit(text[at + item.Index]),
            var c => (text[at + item.Index] | 0x20) == (c | 0x20),
        });
}
