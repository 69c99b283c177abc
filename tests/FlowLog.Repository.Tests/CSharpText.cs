using System.Text;

namespace FlowLog.Repository.Tests;

/// <summary>
/// Blanks what is not code in a C# file, so that a search for names finds names. It knows line and block comments, character
/// literals, plain, verbatim and raw strings; the holes of interpolated strings are blanked with the string, which is good enough
/// for tests that look at usings and type names.
/// </summary>
internal static class CSharpText
{
    public static string WithoutCommentsAndStrings(string text)
    {
        var code = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length;)
        {
            var end = EndOfNonCode(text, i);
            if (end == i)
            {
                code.Append(text[i++]);
                continue;
            }

            for (; i < end; i++)
                code.Append(text[i] == '\n' ? '\n' : ' ');
        }

        return code.ToString();
    }

    private static int EndOfNonCode(string text, int i)
    {
        if (text[i] == '/' && At(text, i + 1) == '/')
            return IndexOrEnd(text, "\n", i, keep: true);
        if (text[i] == '/' && At(text, i + 1) == '*')
            return IndexOrEnd(text, "*/", i + 2, keep: false);
        if (text[i] == '\'')
            return EndOfQuoted(text, i + 1, '\'');
        if (text[i] != '"')
            return i;

        var quotes = 1;
        while (At(text, i + quotes) == '"')
            quotes++;
        if (quotes >= 3)
            return IndexOrEnd(text, new string('"', quotes), i + quotes, keep: false);
        if (At(text, i - 1) == '@' || (At(text, i - 1) == '$' && At(text, i - 2) == '@'))
            return EndOfVerbatim(text, i + 1);
        return EndOfQuoted(text, i + 1, '"');
    }

    private static char At(string text, int i) => i >= 0 && i < text.Length ? text[i] : '\0';

    private static int IndexOrEnd(string text, string what, int from, bool keep)
    {
        var found = text.IndexOf(what, Math.Min(from, text.Length), StringComparison.Ordinal);
        return found < 0 ? text.Length : keep ? found : found + what.Length;
    }

    private static int EndOfQuoted(string text, int i, char quote)
    {
        while (i < text.Length && text[i] != quote && text[i] != '\n')
            i += text[i] == '\\' ? 2 : 1;
        return Math.Min(i + 1, text.Length);
    }

    private static int EndOfVerbatim(string text, int i)
    {
        for (; i < text.Length; i++)
        {
            if (text[i] != '"')
                continue;
            if (At(text, i + 1) != '"')
                return i + 1;
            i++;
        }

        return text.Length;
    }
}
