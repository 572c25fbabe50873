namespace Granary;

/// <summary>Something that the user can mend; the message says what and names the field or option.</summary>
internal sealed class UserException(string message) : Exception(message);
