namespace Granary.Core.Masking;
/// <summary>x</summary>
public sealed class Masker
{
    /// <summary>v</summary>
    public const int Version = 1;

    public Masker(IEnumerable<string>? own = null) => _ = own;
}
