using Granary.Core.Queries;
using Granary.Elastic.Writing;

namespace Granary.Elastic.Searching;

/// <summary>Where documents hold the query language's fields.</summary>
internal static class QueryFieldNames
{
    /// <summary>The document's field, and what values begin with there (labels share one field).</summary>
    /// <exception cref="QueryNotSupportedException">No such field.</exception>
    internal static (string Field, string Start) Of(string name) => name switch
    {
        QueryFields.Source => (FieldNames.Source, ""),
        QueryFields.Job => (FieldNames.Job, ""),
        QueryFields.Project => (FieldNames.Project, ""),
        QueryFields.Pipeline => (FieldNames.Pipeline, ""),
        QueryFields.Branch => (FieldNames.Branch, ""),
        QueryFields.Change => (FieldNames.Change, ""),
        QueryFields.Result => (FieldNames.Result, ""),
        QueryFields.Build => (FieldNames.Build, ""),
        QueryFields.File => (FieldNames.File, ""),
        QueryFields.Severity => (FieldNames.Level, ""),
        QueryFields.Attempt => (FieldNames.Attempt, ""),
        _ when QueryFields.IsField(name) => (FieldNames.Labels, LabelText.Name(name[QueryFields.LabelPrefix.Length..])),
        _ => throw new QueryNotSupportedException($"unknown field {name}"),
    };
}
