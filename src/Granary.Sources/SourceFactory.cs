using Granary.Core.Model;
using Granary.Core.Ports;
using Granary.Sources.Directories;
using Granary.Sources.Zuul;

namespace Granary.Sources;

/// <summary>Makes the source that a definition describes.</summary>
public static class SourceFactory
{
    /// <summary>The <see cref="SourceDefinition.Kind"/> of a Zuul tenant.</summary>
    public const string ZuulKind = "zuul";

    /// <summary>The <see cref="SourceDefinition.Kind"/> of a directory of log files.</summary>
    public const string DirectoryKind = "directory";

    /// <summary>Nothing is fetched yet. Dispose the source when done with it.</summary>
    /// <exception cref="ArgumentException">The definition cannot be used; the message names the field.</exception>
    public static ICiSource Create(SourceDefinition definition, SourceOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var errors = SourceValidation.ValidateForm(definition);
        return errors.Count > 0
            ? throw new ArgumentException($"{errors[0].Field}: {errors[0].Message}", nameof(definition))
            : definition.Kind == ZuulKind ? new ZuulSource(definition, options) : new DirectorySource(definition, options);
    }
}
