namespace FlowLog.Streams.Tests.Golden.Language;

internal enum TokenKind
{
    End,
    NewLine,
    Name,
    Text,
    Number,
    Symbol,
}

/// <summary>A word of the language of the golden cases. Durations are numbers of milliseconds.</summary>
internal readonly record struct Token(TokenKind Kind, string Text, long Number = 0)
{
    public bool Is(string symbol) => Kind == TokenKind.Symbol && Text == symbol;
}
