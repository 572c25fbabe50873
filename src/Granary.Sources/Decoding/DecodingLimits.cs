namespace Granary.Sources.Decoding;

/// <summary>What a compressed log may unfold to before it is refused.</summary>
public sealed record DecodingLimits
{
    /// <summary>Decoded bytes of one log. The default is far above any real log.</summary>
    public long MaxBytes { get; init; } = 64L << 30;

    /// <summary>Decoded bytes for each encoded one, looked at beyond <see cref="RatioFrom"/>. Deflate itself ends at 1,032.</summary>
    public long MaxRatio { get; init; } = 1000;

    /// <summary>Decoded bytes from where <see cref="MaxRatio"/> counts: small logs may be one line repeated.</summary>
    public long RatioFrom { get; init; } = 64L << 20;
}
