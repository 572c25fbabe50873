namespace Granary.Core.Queries;

/// <summary>
/// <c>field:value</c> on the build or log: source, job, project, pipeline, branch, change, result, build, file, attempt, or a
/// label. Compared without case (one folding table); <c>*</c> in the value stands for any characters.
/// </summary>
public sealed record FieldNode(string Field, string Value) : QueryNode;
