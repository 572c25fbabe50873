using System.Text;
using Granary.Core.Model;

namespace Granary.Core.Queries;

/// <summary>Writes a query so that <see cref="QueryParser"/> reads the same tree back.</summary>
public static class QueryText
{
    private const string AlwaysEscaped = "*\\\"()|";
    private const string EscapedAtStart = "-/:<>=";

    /// <summary>
    /// The query in words. Trees as the parser makes them come back equal; of others (And in And, two ranges side by side) the
    /// meaning does.
    /// </summary>
    public static string Of(QueryNode query)
    {
        var text = new StringBuilder();
        Write(text, query);
        return text.ToString();
    }

    private static void Write(StringBuilder text, QueryNode node)
    {
        switch (node)
        {
            case AllNode:
                text.Append('*');
                break;
            case AndNode and:
                WriteList(text, and.Operands, " ", operand => operand is OrNode);
                break;
            case OrNode or:
                WriteList(text, or.Operands, " OR ", operand => operand is OrNode);
                break;
            case NotNode not:
                WriteNot(text, not.Operand);
                break;
            case PhraseNode phrase:
                text.Append(phrase.Tokens.Count == 1 ? phrase.Tokens[0] : $"\"{string.Join(' ', phrase.Tokens)}\"");
                break;
            case WildcardNode wildcard:
                WriteWildcard(text, wildcard);
                break;
            case RegexNode regex:
                WriteRegex(text, regex);
                break;
            case FieldNode field:
                WriteField(text, field);
                break;
            case SeverityNode severity:
                text.Append(OfSeverity(severity));
                break;
            case TimeNode time:
                text.Append(OfTime(time));
                break;
            default:
                throw new ArgumentException($"{node.GetType().Name} has no written form", nameof(node));
        }
    }

    private static void WriteList(
        StringBuilder text, IReadOnlyList<QueryNode> operands, string between, Func<QueryNode, bool> inParentheses)
    {
        for (var index = 0; index < operands.Count; index++)
        {
            text.Append(index == 0 ? "" : between);
            WriteOperand(text, operands[index], inParentheses(operands[index]));
        }
    }

    private static void WriteNot(StringBuilder text, QueryNode operand)
    {
        text.Append(operand is PhraseNode or FieldNode ? "-" : "NOT ");
        WriteOperand(text, operand, operand is AndNode or OrNode or TimeNode or SeverityNode);
    }

    private static void WriteOperand(StringBuilder text, QueryNode operand, bool inParentheses)
    {
        text.Append(inParentheses ? "(" : "");
        Write(text, operand);
        text.Append(inParentheses ? ")" : "");
    }

    private static void WriteWildcard(StringBuilder text, WildcardNode wildcard)
    {
        if (wildcard is { Literals.Count: 1, OpenStart: true, OpenEnd: true }
            && QueryTerms.OfText(wildcard.Literals[0]) is WildcardNode)
        {
            var literal = wildcard.Literals[0].Replace("\\", "\\\\", StringComparison.Ordinal);
            text.Append('"').Append(literal.Replace("\"", "\\\"", StringComparison.Ordinal)).Append('"');
            return;
        }

        var literals = wildcard.Literals.Select(piece => Escape(piece, AlwaysEscaped + EscapedAtStart, ""));
        text.Append(wildcard.OpenStart ? "*" : "").AppendJoin('*', literals).Append(wildcard.OpenEnd ? "*" : "");
    }

    private static void WriteRegex(StringBuilder text, RegexNode regex)
    {
        text.Append('/');
        for (var index = 0; index < regex.Pattern.Length; index++)
        {
            var character = regex.Pattern[index];
            text.Append(character == '/' ? "\\/" : character.ToString());
            if (character == '\\' && index + 1 < regex.Pattern.Length)
            {
                text.Append(regex.Pattern[++index]);
            }
        }

        text.Append(regex.IgnoreCase ? "/i" : "/");
    }

    private static void WriteField(StringBuilder text, FieldNode field)
    {
        var literals = new FieldPattern(field.Value, fold: false).Literals;
        text.Append(Escape(field.Field, AlwaysEscaped + ":", "")).Append(':');
        text.AppendJoin('*', literals.Select((literal, index) => Escape(literal, AlwaysEscaped, index == 0 ? EscapedAtStart : "")));
    }

    private static string Escape(string literal, string special, string specialAtStart) => string.Concat(literal.Select(
        (character, index) => char.IsWhiteSpace(character) || special.Contains(character, StringComparison.Ordinal)
            || (index == 0 && specialAtStart.Contains(character, StringComparison.Ordinal))
            ? "\\" + character
            : character.ToString()));

    private static string OfSeverity(SeverityNode node) => node switch
    {
        _ when node.From == node.To => $"severity:{SeverityNames.Of(node.From)}",
        { To: Severity.Critical } => $"severity>={SeverityNames.Of(node.From)}",
        { From: Severity.None } => $"severity<={SeverityNames.Of(node.To)}",
        _ => $"severity>={SeverityNames.Of(node.From)} severity<={SeverityNames.Of(node.To)}",
    };

    private static string OfTime(TimeNode node) => node switch
    {
        { From: long.MinValue, Until: long.MaxValue } => $"since:{QueryTimes.Format(long.MinValue + 1)}",
        { Until: long.MaxValue } => $"since:{QueryTimes.Format(node.From)}",
        { From: long.MinValue } => $"until:{QueryTimes.Format(node.Until)}",
        _ => $"since:{QueryTimes.Format(node.From)} until:{QueryTimes.Format(node.Until)}",
    };
}
