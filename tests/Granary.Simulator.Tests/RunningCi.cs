using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Granary.Simulator.Tests;

/// <summary>A simulator and a client of it that neither follows nor decodes anything.</summary>
internal sealed class RunningCi : IAsyncDisposable
{
    private readonly HttpClient _client = new(new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.None });

    private RunningCi(SimulatedCi ci) => Ci = ci;

    public SimulatedCi Ci { get; }

    public static async Task<RunningCi> StartAsync(SimulatorOptions options) => new(await SimulatedCi.StartAsync(options));

    public Task<HttpResponseMessage> GetAsync(string path) => _client.GetAsync(new Uri(Ci.BaseAddress, path));

    public Task<HttpResponseMessage> GetLogAsync(SimulatedBuild build, string path, Action<HttpRequestHeaders>? headers = null, HttpMethod? method = null)
    {
        var escaped = string.Join('/', path.Split('/').Select(Uri.EscapeDataString));
        var request = new HttpRequestMessage(method ?? HttpMethod.Get, $"{Ci.BaseAddress}logs/{build.Uuid}/{escaped}");
        headers?.Invoke(request.Headers);
        return _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    public async Task<JsonElement[]> RowsAsync(string query, string what = "builds")
    {
        var response = await GetAsync($"api/tenant/{Ci.Tenant}/{what}?{query}");
        response.EnsureSuccessStatusCode();
        using var document = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return [.. document.RootElement.Clone().EnumerateArray()];
    }

    public async Task<long[]> IdsAsync(string query) => [.. (await RowsAsync(query)).Select(row => row.GetProperty("_id").GetInt64())];

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await Ci.DisposeAsync();
    }
}
