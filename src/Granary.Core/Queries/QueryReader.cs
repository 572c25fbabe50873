namespace Granary.Core.Queries;

/// <summary>One reading of one query: recursive descent over its characters.</summary>
internal sealed class QueryReader(string query, DateTimeOffset now)
{
    private int position;

    internal QueryNode ReadAll()
    {
        var node = ReadOr(null, 0);
        return position == query.Length ? node : throw Error("a \")\" without its \"(\"; quote it to search for it", position);
    }

    /// <param name="field">Where the words are values of a field: its name.</param>
    /// <param name="depth">Parentheses and negations around.</param>
    private QueryNode ReadOr(string? field, int depth)
    {
        var operands = new List<QueryNode> { ReadAnd(field, depth) };
        while (TakeOr())
        {
            operands.Add(ReadAnd(field, depth));
        }

        return QueryTerms.Or(operands);
    }

    private QueryNode ReadAnd(string? field, int depth)
    {
        var operands = new List<QueryNode> { ReadNot(field, depth) };
        while (TakeAnd())
        {
            operands.Add(ReadNot(field, depth));
        }

        return QueryTerms.And(operands);
    }

    private bool TakeOr()
    {
        SkipSpace();
        if (position < query.Length && query[position] == '|')
        {
            position++;
            return true;
        }

        return TakeKeyword("OR");
    }

    private bool TakeAnd()
    {
        SkipSpace();
        return TakeKeyword("AND") || !(position == query.Length || query[position] is ')' or '|' || NextIs("OR"));
    }

    private QueryNode ReadNot(string? field, int depth)
    {
        SkipSpace();
        if (depth > QueryParser.MaxDepth)
        {
            throw Error($"nested more than {QueryParser.MaxDepth} deep", position);
        }

        if (!TakeKeyword("NOT"))
        {
            if (!MinusNegates())
            {
                return ReadTerm(field, depth);
            }

            position++;
        }

        return new NotNode(ReadNot(field, depth + 1));
    }

    /// <summary>
    /// A minus negates words and groups; before punctuation alone, or another minus, it is text: <c>--flag</c>, <c>-&gt;</c>.
    /// </summary>
    private bool MinusNegates()
    {
        if (position + 1 >= query.Length || query[position] != '-')
        {
            return false;
        }

        var next = query[position + 1];
        if (next is '"' or '(')
        {
            return true;
        }

        var word = QueryWord.Read(query, position + 1);
        return next != '-' && word.Length > 0
            && (word.HasStar || QueryTerms.OfText(word.Text) is PhraseNode || RegexEnd(position + 1) > 0);
    }

    private QueryNode ReadTerm(string? field, int depth)
    {
        SkipSpace();
        if (position == query.Length)
        {
            throw Error("a word, a phrase, a field or \"(\" is expected here, at the end of the query", position);
        }

        switch (query[position])
        {
            case '(':
                return ReadGroup(field, depth);
            case '"':
                var start = position;
                var text = ReadQuoted();
                return field is null ? QueryTerms.OfText(text) : FieldTerms.OfQuoted(field, text, start);
            case ')' or '|':
                throw Error($"a word, a phrase, a field or \"(\" is expected before \"{query[position]}\"", position);
            default:
                return field is null && RegexEnd(position) is var end and > 0 ? ReadRegex(end) : ReadWord(field, depth);
        }
    }

    private QueryNode ReadGroup(string? field, int depth)
    {
        var open = position++;
        SkipSpace();
        if (position < query.Length && query[position] == ')')
        {
            throw Error("nothing stands between the parentheses; quote them to search for them", open);
        }

        var node = ReadOr(field, depth + 1);
        SkipSpace();
        if (position == query.Length)
        {
            throw Error("\")\" is expected for the \"(\" here", open);
        }

        position++;
        return node;
    }

    private QueryNode ReadWord(string? field, int depth)
    {
        var word = QueryWord.Read(query, position);
        if (word.Is("AND") || word.Is("OR"))
        {
            throw Error($"a term is expected before {word.Text}; write \"{word.Text}\" in quotes to search for the word", position);
        }

        position = word.End;
        if (field is not null)
        {
            return FieldTerms.OfWord(field, word, 0);
        }

        if (FieldTerms.NameOf(word) is not { } name)
        {
            return FieldTerms.OfComparison(word) ?? QueryTerms.OfWord(word);
        }

        var valueStart = name.Length + 1;
        return valueStart < word.Text.Length ? OfFieldWord(name, word, valueStart) : ReadFieldValue(name, depth);
    }

    private QueryNode OfFieldWord(string name, QueryWord word, int valueStart) => name is QueryFields.Since or QueryFields.Until
        ? FieldTerms.OfTime(name, word.Text[valueStart..], now, word.Start + valueStart)
        : FieldTerms.OfWord(name, word, valueStart);

    /// <summary>What stands behind <c>name:</c> where it is not a bare word.</summary>
    private QueryNode ReadFieldValue(string name, int depth)
    {
        var start = position;
        var next = position < query.Length ? query[position] : ' ';
        var isTime = name is QueryFields.Since or QueryFields.Until;
        return next switch
        {
            '"' when isTime => FieldTerms.OfTime(name, ReadQuoted(), now, start),
            '"' => FieldTerms.OfQuoted(name, ReadQuoted(), start),
            '(' when !isTime => ReadGroup(name, depth),
            _ => throw Error($"a value is expected after {name}: (quote \"{name}:\" to search for the text)", start),
        };
    }

    private string ReadQuoted()
    {
        var (text, end) = QuotedTerms.ReadText(query, position);
        position = end;
        return text;
    }

    private RegexNode ReadRegex(int end)
    {
        var start = position;
        position = end;
        return QuotedTerms.ReadRegex(query, start, end);
    }

    private int RegexEnd(int start) => QuotedTerms.RegexEnd(query, start);

    private bool NextIs(string keyword) =>
        position < query.Length && query[position] == keyword[0] && QueryWord.Read(query, position).Is(keyword);

    private bool TakeKeyword(string keyword)
    {
        if (!NextIs(keyword))
        {
            return false;
        }

        position += keyword.Length;
        return true;
    }

    private void SkipSpace()
    {
        while (position < query.Length && char.IsWhiteSpace(query[position]))
        {
            position++;
        }
    }

    private static QueryException Error(string message, int position) => new(message, position + 1);
}
