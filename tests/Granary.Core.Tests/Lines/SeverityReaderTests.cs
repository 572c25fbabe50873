using System.Text;
using Granary.Core.Lines;
using Granary.Core.Model;

namespace Granary.Core.Tests.Lines;

public sealed class SeverityReaderTests
{
    [Theory]
    [InlineData("2024-01-02 03:04:05 | ERROR! task failed", Severity.Error)]
    [InlineData("main.c:3:1: error: expected ';'", Severity.Error)]
    [InlineData("fatal: not a git repository", Severity.Critical)]
    [InlineData("fatal: [host]: FAILED! => {}", Severity.Critical)]
    [InlineData("FAILED tests/x.py::test", Severity.Error)]
    [InlineData("--- FAIL: TestX (0.1s)", Severity.Error)]
    [InlineData("FAILURE: Build failed with an exception.", Severity.Error)]
    [InlineData("TypeError: x is not a function", Severity.Error)]
    [InlineData("Traceback (most recent call last):", Severity.Error)]
    [InlineData("panic: runtime error", Severity.Critical)]
    [InlineData("##[error]Process completed with exit code 1.", Severity.Error)]
    [InlineData("::error::no", Severity.Error)]
    [InlineData("10:00:01     INFO - TEST-UNEXPECTED-FAIL | a.html | b", Severity.Error)]
    [InlineData("npm ERR! code 1", Severity.Error)]
    [InlineData("[ERROR] no", Severity.Error)]
    [InlineData("[error] no", Severity.Error)]
    [InlineData("time=x level=error msg=y", Severity.Error)]
    [InlineData("level=warning", Severity.Warning)]
    [InlineData("{\"level\":\"error\",\"msg\":\"x\"}", Severity.Error)]
    [InlineData("##[warning]old", Severity.Warning)]
    [InlineData("WARN  [x] y", Severity.Warning)]
    [InlineData("Warning: deprecated", Severity.Warning)]
    [InlineData("10:08:43     INFO - x", Severity.Info)]
    [InlineData("NOTICE x", Severity.Notice)]
    [InlineData("DEBUG: x", Severity.Debug)]
    [InlineData("[trace] x", Severity.Trace)]
    [InlineData("INFO then WARNING", Severity.Warning)]
    [InlineData("ERROR", Severity.Error)]
    [InlineData("CRITICAL", Severity.Critical)]
    public void A_mark_tells_the_severity(string line, Severity severity) => SeverityReader.Of(Encoding.UTF8.GetBytes(line)).ShouldBe(severity);

    [Theory]
    [InlineData("")]
    [InlineData("0 errors, 3 warnings")]
    [InlineData("ERRORS and INFORMATION")]
    [InlineData("an error occurred")]
    [InlineData("failed: no")]
    [InlineData("{\"error\": null}")]
    [InlineData("MY_ERROR_CODE")]
    [InlineData("no mark at all in a line that is long enough for whole vectors to be looked at, and then some more of it")]
    public void A_line_without_a_mark_has_none(string line) => SeverityReader.Of(Encoding.UTF8.GetBytes(line)).ShouldBe(Severity.None);

    [Fact]
    public void A_mark_is_found_wherever_in_sight_it_stands()
    {
        for (var at = 0; at <= SeverityReader.Sight - 6; at++)
        {
            SeverityReader.Of(Encoding.ASCII.GetBytes(new string('.', at) + "ERROR" + new string('.', 60))).ShouldBe(Severity.Error, $"at {at}");
        }

        SeverityReader.Of(Encoding.ASCII.GetBytes(new string('.', SeverityReader.Sight) + "ERROR")).ShouldBe(Severity.None);
    }
}
