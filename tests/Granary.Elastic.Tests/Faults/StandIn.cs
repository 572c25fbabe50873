using Granary.Elastic.Http;

namespace Granary.Elastic.Tests.Faults;

/// <summary>Answers in place of an engine, as one does that takes everything: for tests of what no real engine says at will.</summary>
internal static class StandIn
{
    /// <summary>A server that answers as told, and as usual where nothing is told.</summary>
    internal static Task<FaultProxy> StartAsync(Func<EngineRequest, EngineAnswer?> told) =>
        FaultProxy.StartAsync(new Uri("http://127.0.0.1:1/"), new FaultPlan(0) { StandIn = request => told(request) ?? Usual(request) });

    /// <summary>A client of it.</summary>
    internal static ElasticClient Client(FaultProxy proxy, Func<ElasticOptions, ElasticOptions>? change = null, TimeProvider? time = null)
    {
        var options = new ElasticOptions { Urls = [proxy.Address], Prefix = "t", FirstBackOff = TimeSpan.FromMilliseconds(2) };
        return new ElasticClient((change?.Invoke(options) ?? options).Validated(), time ?? TimeProvider.System);
    }

    /// <summary>A bulk answer with one status for all.</summary>
    internal static EngineAnswer Items(EngineRequest request, int status) => new(200, $$"""
        {"errors":{{(status < 300 ? "false" : "true")}},"items":[{{string.Join(',', Enumerable.Repeat(Item(status), request.Documents))}}]}
        """);

    /// <summary>A search's answer.</summary>
    internal static EngineAnswer Found(string shards, string hits = "", int total = 0, bool timedOut = false, string more = "") => new(200, $$"""
        {"timed_out":{{(timedOut ? "true" : "false")}},"_shards":{{shards}},"hits":{"total":{"value":{{total}}},"hits":[{{hits}}]}{{more}}}
        """);

    private static EngineAnswer Usual(EngineRequest request) =>
        request.IsBulk ? Items(request, 201)
        : request.Path.EndsWith("/_mapping", StringComparison.Ordinal) ? new(200, """{"index":{"mappings":{"_meta":{"granary":{}}}}}""")
        : request.Path.EndsWith("/_search", StringComparison.Ordinal) ? Found("""{"total":1,"failed":0}""")
        : request.Path.EndsWith("/_mget", StringComparison.Ordinal) ? new(200, """{"docs":[]}""")
        : request.Path == "/" ? new(200, """{"version":{"distribution":"opensearch","number":"2.19.5"}}""")
        : new(200, "{}");

    private static string Item(int status) =>
        $"{{\"index\":{{\"status\":{status}{(status < 300 ? "" : ",\"error\":{\"type\":\"made_up\",\"reason\":\"made up\"}")}}}}}";
}
