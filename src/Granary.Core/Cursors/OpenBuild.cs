using Granary.Core.Model;

namespace Granary.Core.Cursors;

/// <summary>A build seen running: looked at again until it finishes or expires.</summary>
public sealed record OpenBuild(Build Build, DateTimeOffset SeenAt, DateTimeOffset ExpiresAt);
