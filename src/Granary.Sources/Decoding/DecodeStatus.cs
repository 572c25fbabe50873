namespace Granary.Sources.Decoding;

/// <summary>What a step of a <see cref="Decoder"/> came to.</summary>
internal enum DecodeStatus
{
    /// <summary>More input or more room is needed.</summary>
    More,

    /// <summary>A member (a gzip member, a zstd frame) ended properly.</summary>
    End,

    /// <summary>The input is not what the format allows; what was written before is good.</summary>
    Damaged,
}
