using Granary.Core.Model;
using Granary.Core.Ports;
using Granary.Sources.Http;

namespace Granary.Sources.Zuul;

/// <summary>A build's log files: from its manifest, else the well-known names.</summary>
internal sealed class ZuulLogs(SourceFilter filter, ZuulAddress address, SourceClient client)
{
    /// <summary>The label that keeps a manifest's address where it is not the usual one.</summary>
    public const string ManifestLabel = "zuul_manifest";

    private const string ManifestName = "zuul-manifest.json";

    private static readonly string[] WellKnown = ["job-output.txt.gz", "job-output.txt"];

    private readonly JsonReader json = new(client);

    public static string UsualManifest(string logUrl) => Addresses.Below(logUrl, ManifestName);

    /// <summary>
    /// Whether the files filter has been widened since: a file that it kept from being read would be read now. Not where a later
    /// reading failed, which would be begun again with every listing.
    /// </summary>
    public bool IsOutgrown(Receipt receipt) => receipt.GivenUp is null && receipt.Files.Any(IsAskedForNow);

    /// <summary>Empty for a build without logs. What was wanted when it was listed is read, whatever the filter asks for by now.</summary>
    /// <exception cref="CiException">See <see cref="ICiSource.ListLogsAsync"/>.</exception>
    public async Task<IReadOnlyList<LogFile>> ListAsync(Build build, CancellationToken cancellation)
    {
        var manifest = build.Labels.GetValueOrDefault(ManifestLabel);
        if (build.LogUrl is null && manifest is null)
        {
            return [];
        }

        var folder = Folder(build.LogUrl ?? new Uri(Absolute(manifest!), ".").AbsoluteUri);
        try
        {
            var (document, _) = await json.GetAsync(Absolute(manifest ?? UsualManifest(folder)), cancellation);
            using (document)
            {
                return ZuulManifest.Files(document.RootElement, folder, filter.Files);
            }
        }
        catch (CiException gone) when (gone.Gone)
        {
            return await WellKnownAsync(folder, cancellation);
        }
    }

    private bool IsAskedForNow(FileReceipt file) =>
        file.Status == FileStatus.Skipped && TextFiles.IsByName(file.Path, file.Reason) && TextFiles.WhySkipped(file.Path, null, filter.Files) is null;

    private string Folder(string logUrl) => Absolute(logUrl).AbsoluteUri is var text && text.EndsWith('/') ? text : text + "/";

    /// <exception cref="CiException">Not an http address (a running build's finger address).</exception>
    private Uri Absolute(string text) =>
        Uri.TryCreate(new Uri(address.Base + "/"), text, out var full) && full.Scheme is "http" or "https"
            ? full
            : throw new CiException($"the log address {text} is not an http address") { Refused = true };

    private async Task<IReadOnlyList<LogFile>> WellKnownAsync(string folder, CancellationToken cancellation)
    {
        foreach (var name in WellKnown)
        {
            var url = Addresses.Below(folder, name);
            if (await ExistsAsync(new Uri(url), cancellation))
            {
                return [new() { Path = name, Url = url, Skipped = TextFiles.WhySkipped(name, null, filter.Files) }];
            }
        }

        throw new CiException($"{folder} has neither a manifest nor a job output (any more)") { Gone = true };
    }

    private async Task<bool> ExistsAsync(Uri url, CancellationToken cancellation)
    {
        foreach (var method in new[] { HttpMethod.Head, HttpMethod.Get })
        {
            try
            {
                using var answer = await client.SendAsync(new(url) { Method = method }, cancellation);
                return true;
            }
            catch (CiException gone) when (gone.Gone)
            {
                return false;
            }
            catch (CiException) when (method == HttpMethod.Head)
            {
                // Some log stores refuse HEAD, signed links above all.
            }
        }

        return false;
    }
}
