namespace Granary.Blocks.Writing;

/// <summary>The distinct terms of one block, as keys of the dictionaries.</summary>
internal sealed record BlockTerms(uint[] Tokens, uint[] Pairs, uint[] Trigrams);
