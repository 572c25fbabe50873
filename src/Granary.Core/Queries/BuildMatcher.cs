using Granary.Core.Model;
using Granary.Core.Queries.Matching;

namespace Granary.Core.Queries;

/// <summary>
/// A query compiled to find builds, not lines: made of fields, <c>since:</c> and <c>until:</c>, which here are about the build's
/// finish, else its start.
/// </summary>
public sealed class BuildMatcher
{
    private static readonly string Fields =
        string.Join(", ", QueryFields.Names.Where(name => name != QueryFields.File)) + ", label.NAME, since and until";

    private readonly Func<Build, bool> holds;

    private BuildMatcher(Func<Build, bool> holds) => this.holds = holds;

    /// <summary>Compiles a query.</summary>
    /// <exception cref="QueryNotSupportedException">The query asks for what lines hold; the message names it.</exception>
    public static BuildMatcher Compile(QueryNode query) => new(Test(query));

    /// <summary>True if the build answers the query.</summary>
    public bool Matches(Build build) => holds(build);

    private static Func<Build, bool> Test(QueryNode node)
    {
        switch (node)
        {
            case AllNode:
                return _ => true;
            case AndNode and:
                var all = and.Operands.Select(Test).ToArray();
                return build => Array.TrueForAll(all, test => test(build));
            case OrNode or:
                var any = or.Operands.Select(Test).ToArray();
                return build => Array.Exists(any, test => test(build));
            case NotNode not:
                var operand = Test(not.Operand);
                return build => !operand(build);
            case TimeNode time:
                return build => (build.FinishedAt ?? build.StartedAt) is { } at && IsWithin(time, at);
            case FieldNode field when field.Field != QueryFields.File && QueryFields.IsField(field.Field):
                var fieldTest = new FieldTest(field);
                return build => fieldTest.Holds(build, file: null);
            default:
                throw new QueryNotSupportedException(
                    $"builds are found by fields ({Fields}); {QueryText.Of(node)} is about lines of logs");
        }
    }

    private static bool IsWithin(TimeNode time, DateTimeOffset at)
    {
        var nanoseconds = (Int128)(at - DateTimeOffset.UnixEpoch).Ticks * 100;
        return nanoseconds >= time.From && nanoseconds < time.Until;
    }
}
