using System.Text;
using System.Text.Json;
using Granary.Elastic.Writing;

namespace Granary.Elastic.Tests.Writing;

public sealed class BulkAnswerTests
{
    [Fact]
    public void An_answer_without_errors_has_no_failures() =>
        Read("""{"errors":false,"items":[{"index":{"status":201}},{"index":{"status":200}}]}""", 2).ShouldBeEmpty();

    [Fact]
    public void Failures_are_told_with_their_place_status_and_reason()
    {
        var failures = Read("""
            {"errors":true,"items":[{"index":{"status":201}},{"index":{"status":429,"error":{"type":"rejected_execution_exception","reason":"busy"}}},
            {"index":{"error":{"type":"mapper_parsing_exception","reason":"failed","caused_by":{"type":"x","reason":"deep"}},"status":400}}]}
            """, 3);
        failures.ShouldBe([new BulkFailure(1, 429, "rejected_execution_exception", "busy"), new BulkFailure(2, 400, "mapper_parsing_exception", "failed: deep")]);
        failures.Select(failure => failure.IsTransient).ShouldBe([true, false]);
    }

    [Theory]
    [InlineData("""{"errors":false,"items":[{"index":{"status":201}}]}""")]
    [InlineData("""{"errors":true,"items":[]}""")]
    [InlineData("""{"errors":false,"items":[{"index":{"status":201}}""")]
    [InlineData("{}")]
    [InlineData("")]
    public void An_answer_for_another_number_of_documents_is_refused(string answer) => Should.Throw<JsonException>(() => Read(answer, 2));

    private static IReadOnlyList<BulkFailure> Read(string answer, int count) => BulkAnswer.Read(Encoding.UTF8.GetBytes(answer), count);
}
