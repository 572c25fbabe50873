using Granary.Core.Model;

namespace Granary.Core.Cursors;

/// <summary>What taking a page needs to know besides the page.</summary>
/// <param name="Now">The present, for first-seen days and expiries.</param>
/// <param name="OpenExpiry">How long a running build is looked at again.</param>
/// <param name="NormaliserVersion">The versions that new pending builds are to be read with.</param>
/// <param name="MaskingVersion">As above.</param>
public sealed record TakeRules(DateTimeOffset Now, TimeSpan OpenExpiry, int NormaliserVersion, int MaskingVersion)
{
    /// <summary>See <see cref="Ports.ICiSource.IsOutgrown"/>.</summary>
    public Func<Receipt, bool>? IsOutgrown { get; init; }
}
