namespace FlowLog.Streams.Tests.Golden.Language;

/// <summary>Turns tokens into functions over a scope.</summary>
internal sealed class Parser(List<Token> tokens)
{
    private static readonly string[][] Levels = [["||"], ["&&"], ["==", "!="], ["<", "<=", ">", ">="], ["+", "-"], ["*", "/", "%"]];
    private int _at;

    private Token Current => tokens[_at];

    public static Func<Scope, object?> Parse(IEnumerable<string> lines)
    {
        var parser = new Parser(Lexer.Read(lines));
        var statements = parser.Statements(until: null);
        return scope => Run(statements, scope).Value;
    }

    private static Outcome Run(IReadOnlyList<Func<Scope, Outcome>> statements, Scope scope)
    {
        foreach (var statement in statements)
        {
            if (statement(scope) is { Returned: true } outcome)
                return outcome;
        }

        return default;
    }

    private List<Func<Scope, Outcome>> Statements(string? until)
    {
        var statements = new List<Func<Scope, Outcome>>();
        while (true)
        {
            while (Current.Kind == TokenKind.NewLine || Current.Is(";"))
                _at++;

            if (Current.Kind == TokenKind.End || (until is not null && Current.Is(until)))
                return statements;

            statements.Add(Statement());
        }
    }

    private List<Func<Scope, Outcome>> Block()
    {
        Expect("{");
        var statements = Statements("}");
        Expect("}");
        return statements;
    }

    private Func<Scope, Outcome> Statement()
    {
        if (Current.Kind == TokenKind.Name)
        {
            switch (Current.Text)
            {
                case "if": return If();
                case "for": return For();
                case "return": return Return();
                case "processor": return ProcessorDeclaration();
            }

            if (tokens[_at + 1].Is("="))
                return Assignment();
        }

        var expression = Expression();
        return scope =>
        {
            expression(scope);
            return default;
        };
    }

    private Func<Scope, Outcome> Assignment()
    {
        var name = TakeName();
        Expect("=");
        var value = Expression();
        return scope =>
        {
            scope.Assign(name, value(scope));
            return default;
        };
    }

    private Func<Scope, Outcome> Return()
    {
        _at++;
        var value = Expression();
        return scope => new Outcome(true, value(scope));
    }

    private Func<Scope, Outcome> If()
    {
        _at++;
        Expect("(");
        var condition = Expression();
        Expect(")");
        var then = Block();
        IReadOnlyList<Func<Scope, Outcome>> otherwise = [];
        var back = _at;
        SkipNewLines();
        if (Current is { Kind: TokenKind.Name, Text: "else" })
        {
            _at++;
            otherwise = Current is { Kind: TokenKind.Name, Text: "if" } ? [If()] : Block();
        }
        else
        {
            _at = back;
        }

        return scope => Run(Values.IsTrue(condition(scope)) ? then : otherwise, new Scope(scope));
    }

    private Func<Scope, Outcome> For()
    {
        _at++;
        Expect("(");
        var name = TakeName();
        if (TakeName() != "in")
            throw new FormatException("'in' expected");

        var list = Expression();
        Expect(")");
        var body = Block();
        return scope =>
        {
            foreach (var item in ((IEnumerable<object?>)list(scope)!).ToList())
            {
                var inner = new Scope(scope);
                inner.Declare(name, item);
                if (Run(body, inner) is { Returned: true } outcome)
                    return outcome;
            }

            return default;
        };
    }

    private Func<Scope, Outcome> ProcessorDeclaration()
    {
        _at++;
        var name = TakeName();
        Expect("{");
        var uses = new List<Func<Scope, object?>>();
        var fields = new List<(string Name, Func<Scope, object?> Value)>();
        List<Func<Scope, Outcome>> init = [];
        List<Func<Scope, Outcome>> process = [];
        var parameter = "r";
        while (true)
        {
            while (Current.Kind == TokenKind.NewLine || Current.Is(";"))
                _at++;

            if (Current.Is("}"))
                break;

            switch (TakeName())
            {
                case "uses": uses.Add(Expression()); break;
                case "var": fields.Add(Field()); break;
                case "init": init = Block(); break;
                case "process":
                    Expect("(");
                    parameter = TakeName();
                    Expect(")");
                    process = Block();
                    break;
                case var other: throw new FormatException(other);
            }
        }

        Expect("}");
        return scope =>
        {
            scope.Assign(name, new ProcessorScript(scope, [.. uses.Select(use => use(scope))], fields, inner => Run(init, inner), parameter, inner => Run(process, inner)));
            return default;
        };
    }

    private (string Name, Func<Scope, object?> Value) Field()
    {
        var name = TakeName();
        Expect("=");
        return (name, Expression());
    }

    private Func<Scope, object?> Expression()
    {
        if (IsLambda())
            return LambdaExpression();

        var condition = Binary(0);
        if (!Current.Is("?"))
            return condition;

        _at++;
        var then = Expression();
        Expect(":");
        var otherwise = Expression();
        return scope => Values.IsTrue(condition(scope)) ? then(scope) : otherwise(scope);
    }

    private bool IsLambda()
    {
        if (!Current.Is("("))
            return false;

        var depth = 0;
        for (var i = _at; ; i++)
        {
            depth += tokens[i].Is("(") ? 1 : tokens[i].Is(")") ? -1 : 0;
            if (depth == 0)
                return tokens[i + 1].Is("=>");
        }
    }

    private Func<Scope, object?> LambdaExpression()
    {
        Expect("(");
        var parameters = new List<string>();
        while (!Current.Is(")"))
        {
            parameters.Add(TakeName());
            if (Current.Is(","))
                _at++;
        }

        Expect(")");
        Expect("=>");
        if (Current.Is("{"))
        {
            var block = Block();
            return scope => new Lambda(parameters, scope, inner => Run(block, inner).Value);
        }

        var body = Expression();
        return scope => new Lambda(parameters, scope, body);
    }

    private Func<Scope, object?> Binary(int level)
    {
        if (level == Levels.Length)
            return Unary();

        var left = Binary(level + 1);
        while (Current.Kind == TokenKind.Symbol && Levels[level].Contains(Current.Text))
        {
            var symbol = tokens[_at++].Text;
            left = Operation(symbol, left, Binary(level + 1));
        }

        return left;
    }

    private static Func<Scope, object?> Operation(string symbol, Func<Scope, object?> left, Func<Scope, object?> right) => symbol switch
    {
        "||" => scope => Values.IsTrue(left(scope)) || Values.IsTrue(right(scope)),
        "&&" => scope => Values.IsTrue(left(scope)) && Values.IsTrue(right(scope)),
        "==" => scope => Values.AreEqual(left(scope), right(scope)),
        "!=" => scope => !Values.AreEqual(left(scope), right(scope)),
        "<" => scope => Values.Compare(left(scope), right(scope)) < 0,
        "<=" => scope => Values.Compare(left(scope), right(scope)) <= 0,
        ">" => scope => Values.Compare(left(scope), right(scope)) > 0,
        ">=" => scope => Values.Compare(left(scope), right(scope)) >= 0,
        "+" => scope => Sum(left(scope), right(scope)),
        "-" => scope => Values.Number(left(scope)) - Values.Number(right(scope)),
        "*" => scope => Values.Number(left(scope)) * Values.Number(right(scope)),
        "/" => scope => Values.Number(left(scope)) / Values.Number(right(scope)),
        _ => scope => Values.Number(left(scope)) % Values.Number(right(scope)),
    };

    private static object Sum(object? left, object? right) =>
        left is string || right is string ? Values.Text(left) + Values.Text(right) : Values.Number(left) + Values.Number(right);

    private Func<Scope, object?> Unary()
    {
        if (Current.Is("!"))
        {
            _at++;
            var operand = Unary();
            return scope => !Values.IsTrue(operand(scope));
        }

        if (Current.Is("-"))
        {
            _at++;
            var operand = Unary();
            return scope => -Values.Number(operand(scope));
        }

        return Postfix(Primary());
    }

    private Func<Scope, object?> Postfix(Func<Scope, object?> target)
    {
        while (true)
        {
            if (Current.Is("."))
                target = Member(target);
            else if (Current.Is("["))
                target = Index(target);
            else
                return target;
        }
    }

    private Func<Scope, object?> Member(Func<Scope, object?> target)
    {
        _at++;
        var name = TakeName();
        if (!Current.Is("("))
            return scope => ((IScriptObject)target(scope)!).Get(name);

        var arguments = TakeArguments();
        return scope => ((IScriptObject)target(scope)!).Call(name, arguments(scope));
    }

    private Func<Scope, object?> Index(Func<Scope, object?> target)
    {
        Expect("[");
        var index = Expression();
        Expect("]");
        return scope => (target(scope), index(scope)) switch
        {
            (IReadOnlyList<object?> list, long place) => list[(int)place],
            (IReadOnlyDictionary<string, object?> map, string key) => map[key],
            var (other, key) => throw new InvalidOperationException($"{Values.Text(other)}[{Values.Text(key)}]"),
        };
    }

    private Func<Scope, object?> Primary()
    {
        var token = tokens[_at++];
        switch (token.Kind)
        {
            case TokenKind.Number: return _ => token.Number;
            case TokenKind.Text: return _ => token.Text;
            case TokenKind.Name: return Name(token.Text);
        }

        if (token.Is("("))
        {
            var inner = Expression();
            Expect(")");
            return inner;
        }

        if (!token.Is("["))
            throw new FormatException($"'{token.Text}' begins no expression.");

        var items = new List<Func<Scope, object?>>();
        while (!Current.Is("]"))
        {
            items.Add(Expression());
            if (Current.Is(","))
                _at++;
        }

        Expect("]");
        return scope => items.Select(item => item(scope)).ToList();
    }

    private Func<Scope, object?> Name(string name)
    {
        switch (name)
        {
            case "null": return _ => null;
            case "true": return _ => true;
            case "false": return _ => false;
        }

        if (!Current.Is("("))
            return scope => scope.TryGet(name, out var value) ? value : throw new NotCoveredException(name);

        var arguments = TakeArguments();
        return scope => scope.TryGet(name, out var function)
            ? function switch
            {
                Function host => host(arguments(scope)),
                IScriptFunction word => word.Now(arguments(scope)),
                Lambda lambda => lambda.Call([.. arguments(scope).Values]),
                _ => throw new InvalidOperationException($"{name} is not a function."),
            }
            : throw new NotCoveredException(name + "(..)");
    }

    private Func<Scope, Arguments> TakeArguments()
    {
        Expect("(");
        var values = new List<Func<Scope, object?>>();
        var named = new List<(string Name, Func<Scope, object?> Value)>();
        while (!Current.Is(")"))
        {
            if (Current.Kind == TokenKind.Name && tokens[_at + 1].Is(":"))
            {
                var name = TakeName();
                Expect(":");
                named.Add((name, Expression()));
            }
            else
            {
                values.Add(Expression());
            }

            if (Current.Is(","))
                _at++;
        }

        Expect(")");
        return scope => new Arguments([.. values.Select(value => value(scope))], named.ToDictionary(pair => pair.Name, pair => pair.Value(scope)));
    }

    private string TakeName() => Current.Kind == TokenKind.Name ? tokens[_at++].Text : throw new FormatException($"a name expected, not '{Current.Text}'");

    private void Expect(string symbol)
    {
        if (!Current.Is(symbol))
            throw new FormatException($"'{symbol}' expected, not '{Current.Text}'");

        _at++;
    }

    private void SkipNewLines()
    {
        while (Current.Kind == TokenKind.NewLine)
            _at++;
    }

    internal readonly record struct Outcome(bool Returned, object? Value);
}

/// <summary>A processor as the script declares it.</summary>
internal sealed record ProcessorScript(
    Scope Scope,
    IReadOnlyList<object?> Uses,
    IReadOnlyList<(string Name, Func<Scope, object?> Value)> Fields,
    Action<Scope> Init,
    string Parameter,
    Action<Scope> Process)
{
    public ProcessorScript(
        Scope scope,
        IReadOnlyList<object?> uses,
        IReadOnlyList<(string Name, Func<Scope, object?> Value)> fields,
        Func<Scope, Parser.Outcome> init,
        string parameter,
        Func<Scope, Parser.Outcome> process)
        : this(scope, uses, fields, inner => { init(inner); }, parameter, inner => { process(inner); })
    {
    }
}
