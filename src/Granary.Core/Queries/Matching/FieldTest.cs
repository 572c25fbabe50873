using System.Globalization;
using Granary.Core.Model;

namespace Granary.Core.Queries.Matching;

/// <summary>A field node, ready to be asked of a build and a log.</summary>
internal sealed class FieldTest(FieldNode node)
{
    private readonly FieldPattern pattern = new(node.Value);

    internal bool Holds(Build build, string? file) => pattern.Matches(Value(build, file));

    private string? Value(Build build, string? file) => node.Field switch
    {
        QueryFields.Source => build.Key.Source,
        QueryFields.Job => build.Job,
        QueryFields.Project => build.Project,
        QueryFields.Pipeline => build.Pipeline,
        QueryFields.Branch => build.Branch,
        QueryFields.Change => build.Change,
        QueryFields.Result => build.Result,
        QueryFields.Build => build.Key.Id,
        QueryFields.File => file,
        QueryFields.Attempt => build.Key.Attempt.ToString(CultureInfo.InvariantCulture),
        _ => build.Labels.TryGetValue(node.Field[QueryFields.LabelPrefix.Length..], out var label) ? label : null,
    };
}
