namespace Granary.Sources.Tests.Http;

public sealed record ScriptedRequest(string Method, string Target, IReadOnlyDictionary<string, string> Headers)
{
    public int Number { get; init; }

    public string Path => Target.Split('?')[0];

    public string? Header(string name) => Headers.GetValueOrDefault(name);

    public long? RangeFrom => Header("Range") is { } range ? long.Parse(range["bytes=".Length..].TrimEnd('-')) : null;

    public string? Query(string name) => Target.Contains('?')
        ? Target.Split('?')[1].Split('&').Select(pair => pair.Split('=')).FirstOrDefault(pair => pair[0] == name)?[1]
        : null;
}
