using System.Text;

namespace FlowLog.Streams.Tests.Golden.Language;

/// <summary>Cuts lines into tokens. Ends of lines count only outside of round and square brackets, and not before a line that begins with a dot.</summary>
internal sealed class Lexer(string source)
{
    private static readonly string[] Symbols = ["=>", "==", "!=", "<=", ">=", "||", "&&", "(", ")", "[", "]", "{", "}", ",", ".", ":", ";", "?", "=", "<", ">", "+", "-", "*", "/", "%", "!"];
    private readonly Stack<char> _open = new();
    private int _at;

    public static List<Token> Read(IEnumerable<string> lines) => new Lexer(string.Join('\n', lines) + "\n").Read();

    private List<Token> Read()
    {
        var tokens = new List<Token>();
        while (Next() is { Kind: not TokenKind.End } token)
            tokens.Add(token);

        tokens.Add(new Token(TokenKind.NewLine, "\n"));
        tokens.Add(new Token(TokenKind.End, ""));
        return tokens;
    }

    private Token Next()
    {
        while (_at < source.Length)
        {
            var c = source[_at];
            if (c == '\n')
            {
                _at++;
                if (EndsStatement())
                    return new Token(TokenKind.NewLine, "\n");
            }
            else if (char.IsWhiteSpace(c))
            {
                _at++;
            }
            else if (c == '/' && source[_at + 1] == '/')
            {
                _at = source.IndexOf('\n', _at);
            }
            else
            {
                return Word(c);
            }
        }

        return new Token(TokenKind.End, "");
    }

    private bool EndsStatement()
    {
        if (_open.TryPeek(out var bracket) && bracket != '{')
            return false;

        var next = _at;
        while (next < source.Length && char.IsWhiteSpace(source[next]))
            next++;

        return next >= source.Length || source[next] != '.';
    }

    private Token Word(char c)
    {
        if (char.IsLetter(c) || c == '_')
            return new Token(TokenKind.Name, Take(ch => char.IsLetterOrDigit(ch) || ch == '_'));

        if (char.IsAsciiDigit(c))
            return Number();

        return c == '"' ? Text() : Symbol();
    }

    private Token Number()
    {
        var number = long.Parse(Take(char.IsAsciiDigit));
        var unit = Take(char.IsAsciiLetterLower);
        return new Token(TokenKind.Number, "", number * unit switch { "" or "ms" => 1, "s" => 1000, "m" => 60_000, "h" => 3_600_000, "d" => 86_400_000, _ => throw new FormatException(unit) });
    }

    private Token Text()
    {
        var text = new StringBuilder();
        for (_at++; source[_at] != '"'; _at++)
        {
            if (source[_at] != '\\')
                text.Append(source[_at]);
            else
                text.Append(source[++_at] switch { 'n' => '\n', 't' => '\t', '0' => '\0', var other => other });
        }

        _at++;
        return new Token(TokenKind.Text, text.ToString());
    }

    private Token Symbol()
    {
        var symbol = Array.Find(Symbols, candidate => string.CompareOrdinal(source, _at, candidate, 0, candidate.Length) == 0)
            ?? throw new FormatException($"'{source[_at]}' is no symbol of the language.");
        _at += symbol.Length;
        if (symbol is "(" or "[" or "{")
            _open.Push(symbol[0]);
        else if (symbol is ")" or "]" or "}")
            _open.Pop();

        return new Token(TokenKind.Symbol, symbol);
    }

    private string Take(Func<char, bool> belongs)
    {
        var start = _at;
        while (_at < source.Length && belongs(source[_at]))
            _at++;

        return source[start.._at];
    }
}
