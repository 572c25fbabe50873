using System.Text;

namespace Granary.Elastic.Tests;

public sealed class EngineInfoTests
{
    [Theory]
    [InlineData("""{"version":{"distribution":"opensearch","number":"2.19.5"},"tagline":"The OpenSearch Project: https://opensearch.org/"}""", EngineKind.OpenSearch, "2.19.5")]
    [InlineData("""{"version":{"distribution":"opensearch","number":"3.0.0-beta1"},"tagline":"The OpenSearch Project: https://opensearch.org/"}""", EngineKind.OpenSearch, "3.0.0")]
    [InlineData("""{"version":{"number":"8.17.1","build_flavor":"default"},"tagline":"You Know, for Search"}""", EngineKind.Elasticsearch, "8.17.1")]
    [InlineData("""{"version":{"number":"9.0.0","build_flavor":"default"},"tagline":"You Know, for Search"}""", EngineKind.Elasticsearch, "9.0.0")]
    public void An_engine_is_told_by_what_it_says_of_itself(string answer, EngineKind kind, string version) =>
        EngineInfo.Read(Encoding.UTF8.GetBytes(answer)).ShouldBe(new EngineInfo(kind, Version.Parse(version)));

    [Theory]
    [InlineData("""{"version":{"distribution":"opensearch","number":"2.11.0"},"tagline":"The OpenSearch Project"}""", "OpenSearch 2.11.0 is too old")]
    [InlineData("""{"version":{"number":"7.17.0"},"tagline":"You Know, for Search"}""", "Elasticsearch 7.17.0 is too old")]
    [InlineData("""{"version":{"number":"7.10.2"},"tagline":"The OpenSearch Project: https://opensearch.org/"}""", "override_main_response_version")]
    [InlineData("""{"version":{"number":"8.11.0","build_flavor":"serverless"},"tagline":"You Know, for Search"}""", "serverless")]
    [InlineData("""{"hello":"world"}""", "neither")]
    [InlineData("<html>", "neither")]
    public void What_is_not_supported_is_refused_in_plain_words(string answer, string said) =>
        Should.Throw<NotSupportedException>(() => EngineInfo.Read(Encoding.UTF8.GetBytes(answer))).Message.ShouldContain(said);
}
