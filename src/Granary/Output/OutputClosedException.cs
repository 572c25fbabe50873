namespace Granary.Output;

/// <summary>The reader of standard output has seen enough (<c>head</c>, <c>less</c>): no fault of anybody.</summary>
internal sealed class OutputClosedException(Exception inner) : IOException("nobody reads the output any more", inner);
