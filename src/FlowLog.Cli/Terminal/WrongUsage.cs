using System.CommandLine;
using System.CommandLine.Parsing;

namespace FlowLog.Cli.Terminal;

/// <summary>What is wrong with a command line, in the words of whoever typed it.</summary>
internal static class WrongUsage
{
    /// <summary>One sentence for each thing that is wrong.</summary>
    public static IReadOnlyList<string> Sentences(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        if (command.Subcommands.Count == 0)
            return [.. parsed.Errors.Select(error => Sentence(error, parsed)).Distinct(StringComparer.Ordinal)];

        var known = $"There are: {string.Join(", ", command.Subcommands.Select(below => below.Name))}.";
        return parsed.UnmatchedTokens is [var word, ..] ? [$"There is no '{Path(parsed)} {word}'. {known}"] : [$"Which command of '{Path(parsed)}'? {known}"];
    }

    /// <summary>The command as it is typed, for example <c>flowlog topics create</c>.</summary>
    public static string Path(ParseResult parsed)
    {
        var names = new Stack<string>();
        for (SymbolResult? at = parsed.CommandResult; at is not null; at = at.Parent)
        {
            if (at is CommandResult command)
                names.Push(at.Parent is null ? "flowlog" : command.Command.Name);
        }

        return string.Join(' ', names);
    }

    private static string Sentence(ParseError error, ParseResult parsed)
    {
        if (parsed.UnmatchedTokens.FirstOrDefault(word => error.Message.Contains($"'{word}'", StringComparison.Ordinal)) is { } word)
            return $"'{Path(parsed)}' has no {(word.StartsWith('-') ? "option" : "further argument")} '{word}'.";

        var option = error.SymbolResult as OptionResult ?? error.SymbolResult?.Parent as OptionResult;
        if (option is null)
            return parsed.CommandResult.Command.Arguments.Count > 0 && error.SymbolResult is CommandResult or ArgumentResult ? Missing(error, parsed) : error.Message;

        if (option.Tokens.Count == 0)
            return $"{option.Option.Name} needs a value.";

        // What the parser cannot convert it reports by the name of a type, which tells a user nothing.
        var type = Nullable.GetUnderlyingType(option.Option.ValueType) ?? option.Option.ValueType;
        return error.Message.Contains(type.FullName!, StringComparison.Ordinal) ? $"{option.Option.Name} is '{option.Tokens[^1].Value}'; it must be {Described(type)}." : error.Message;
    }

    private static string Missing(ParseError error, ParseResult parsed)
    {
        var missing = parsed.CommandResult.Command.Arguments.FirstOrDefault(argument => argument.Arity.MinimumNumberOfValues > 0 && parsed.GetResult(argument) is not { Tokens.Count: > 0 });
        return missing is null ? error.Message : $"'{Path(parsed)}' needs a <{missing.Name}>: {missing.Description}.";
    }

    private static string Described(Type type) => Type.GetTypeCode(type) switch
    {
        TypeCode.Int16 or TypeCode.Int32 or TypeCode.Int64 => "a whole number",
        TypeCode.Double => "a number",
        TypeCode.Boolean => "true or false",
        _ => $"a {type.Name}",
    };
}
