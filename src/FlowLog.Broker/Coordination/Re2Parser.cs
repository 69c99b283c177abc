using System.Globalization;
using System.Text;

namespace FlowLog.Broker.Coordination;

/// <summary>
/// Reads one pattern of RE2 and writes what it means as an expression of .NET: every character becomes the set of ASCII characters that it stands for, so
/// that nothing is left to what the two take differently. Groups catch nothing, and greed does not matter, where only a whole name matches.
/// </summary>
/// <param name="pattern">The pattern.</param>
internal sealed class Re2Parser(string pattern)
{
    private const int MostRepeats = 1000;
    private const int LongestNumber = 8;
    private const int HighestRune = 0x10FFFF;

    /// <summary>RE2/J has no bound for groups in groups, and falls over them.</summary>
    private const int DeepestGroup = 1000;

    /// <summary>No name has as many characters, so that more repeats than these are as good as any number.</summary>
    private const int EnoughRepeats = 250;

    private readonly Stack<Group> _outer = new();
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private Group _group = new(new Flags(false, false));
    private Flags _flags;
    private int _at;

    /// <summary>The expression; null if the pattern is none.</summary>
    public string? Parse()
    {
        var wasRepeat = false;
        while (More)
        {
            var isRepeat = false;
            var isValid = pattern[_at] switch
            {
                '(' => Open(),
                ')' => Close(),
                '|' => Alternative(),
                '^' => Place(@"\A"),
                '$' => Place(@"\z"),
                '.' => Place(_flags.DotIsAll ? AsciiSet.All : ~AsciiSet.Of("\n")),
                '[' => Class(),
                '*' or '+' or '?' => isRepeat = Repeat(pattern[_at++].ToString(), wasRepeat),
                '{' => Braces(wasRepeat, out isRepeat),
                '\\' => Escaped(),
                _ => Literal(Rune()),
            };
            if (!isValid)
                return null;

            wasRepeat = isRepeat;
        }

        return _outer.Count == 0 ? _group.ToString() : null;
    }

    private bool More => _at < pattern.Length;

    private bool Sees(string text) => pattern.AsSpan(_at).StartsWith(text, StringComparison.Ordinal);

    private int Rune()
    {
        var rune = char.IsSurrogatePair(pattern, _at) ? char.ConvertToUtf32(pattern, _at) : pattern[_at];
        _at += rune > char.MaxValue ? 2 : 1;
        return rune;
    }

    private bool Literal(int rune)
    {
        _group.Add(SetOf(rune, rune));
        return true;
    }

    private bool Place(string assertion)
    {
        _at++;
        _group.Add(assertion);
        return true;
    }

    private bool Place(AsciiSet set)
    {
        _at++;
        _group.Add(set);
        return true;
    }

    private AsciiSet SetOf(int low, int high) => _flags.FoldsCase ? AsciiSet.FoldedRange(low, high) : AsciiSet.Range(low, high);

    private bool Open()
    {
        if (Sees("(?"))
            return Sees("(?P<") || Sees("(?<") ? OpenNamed() : ChangeFlags();

        _at++;
        return Push();
    }

    private bool Push()
    {
        _outer.Push(_group);
        _group = new Group(_flags);
        return _outer.Count <= DeepestGroup;
    }

    private bool OpenNamed()
    {
        var from = pattern.IndexOf('<', _at) + 1;
        var to = pattern.IndexOf('>', from);
        if (to <= from)
            return false;

        var name = pattern[from..to];
        _at = to + 1;
        return name.All(character => char.IsAsciiLetterOrDigit(character) || character == '_') && _names.Add(name) && Push();
    }

    // (?i), (?s-m), (?U:…). What ^ and $ do at lines is nothing to names, which have one, and neither is greed.
    private bool ChangeFlags()
    {
        var flags = _flags;
        var isOn = true;
        var sawFlag = false;
        for (_at += "(?".Length; More; _at++)
        {
            switch (pattern[_at])
            {
                case 'i':
                    flags = flags with { FoldsCase = isOn };
                    sawFlag = true;
                    break;
                case 's':
                    flags = flags with { DotIsAll = isOn };
                    sawFlag = true;
                    break;
                case 'm' or 'U':
                    sawFlag = true;
                    break;
                case '-' when isOn:
                    (isOn, sawFlag) = (false, false);
                    break;
                case ':' or ')' when isOn || sawFlag:
                    // The group gives back the flags from before it.
                    var isValid = pattern[_at++] == ')' || Push();
                    _flags = flags;
                    return isValid;
                default:
                    return false;
            }
        }

        return false;
    }

    private bool Close()
    {
        if (!_outer.TryPop(out var outer))
            return false;

        _at++;
        _flags = _group.Before;
        outer.Add($"(?:{_group})");
        _group = outer;
        return true;
    }

    private bool Alternative()
    {
        _at++;
        _group.Alternative();
        return true;
    }

    // Nothing, or an alternative that has nothing yet, cannot be repeated, and neither can a repeat: a++ is something else elsewhere.
    private bool Repeat(string times, bool isRepeated)
    {
        if (More && pattern[_at] == '?')
            _at++;

        return !isRepeated && _group.Repeat(times);
    }

    // Braces that are text cannot be repeated either.
    private bool Braces(bool isRepeated, out bool isRepeat)
    {
        var from = _at;
        isRepeat = true;
        if (!TryBraces(out var least, out var most))
        {
            _at = from;
            return Literal(Rune());
        }

        if (least > MostRepeats || most > MostRepeats || most < least)
            return false;

        least = Math.Min(least, EnoughRepeats);
        return Repeat(string.Create(CultureInfo.InvariantCulture, $"{{{least},{(most > EnoughRepeats ? null : most)}}}"), isRepeated);
    }

    // {2}, {2,}, {2,3}; anything else in braces is text.
    private bool TryBraces(out int least, out int? most)
    {
        most = null;
        _at++;
        if (!TryNumber(out least) || !More)
            return false;

        most = least;
        if (pattern[_at] == ',')
        {
            _at++;
            most = null;
            if (More && pattern[_at] != '}')
            {
                if (!TryNumber(out var high))
                    return false;

                most = high;
            }
        }

        return More && pattern[_at++] == '}';
    }

    private bool TryNumber(out int number)
    {
        var from = _at;
        while (More && char.IsAsciiDigit(pattern[_at]))
            _at++;

        var digits = pattern.AsSpan(from, _at - from);
        number = digits.Length > LongestNumber ? int.MaxValue : 0;
        return digits.Length > 0 && (digits.Length == 1 || digits[0] != '0') && (number > 0 || int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out number));
    }

    private bool Escaped()
    {
        switch (_at + 1 < pattern.Length ? pattern[_at + 1] : default)
        {
            case 'A':
                return Assertion(@"\A");
            case 'z':
                return Assertion(@"\z");
            case 'b':
                return Assertion(@"\b");
            case 'B':
                return Assertion(@"\B");
            case 'Q':
                return Quoted();
        }

        if (TryNamed(out var set, out var isValid))
        {
            _group.Add(set);
            return isValid;
        }

        return Escape() is { } rune && Literal(rune);
    }

    private bool Assertion(string assertion)
    {
        _at++;
        return Place(assertion);
    }

    private bool Quoted()
    {
        _at += 2;
        var end = pattern.IndexOf(@"\E", _at, StringComparison.Ordinal);
        var next = end < 0 ? pattern.Length : end + 2;
        for (end = end < 0 ? pattern.Length : end; _at < end;)
            Literal(Rune());

        _at = next;
        return true;
    }

    /// <summary>\d and its like, \pL, \p{Latin}, \P and a caret for the contrary. False if something else is there.</summary>
    private bool TryNamed(out AsciiSet set, out bool isValid)
    {
        (set, isValid) = (default, true);
        if (!Sees(@"\p") && !Sees(@"\P"))
        {
            if (!Sees(@"\") || _at + 1 >= pattern.Length || Re2Classes.Perl(pattern[_at + 1]) is not { } perl)
                return false;

            _at += 2;
            set = perl;
            return true;
        }

        var isContrary = pattern[_at + 1] == 'P';
        _at += 2;
        isValid = UnicodeName() is { } name && Re2Classes.Unicode(name.TrimCaret(ref isContrary), _flags.FoldsCase) is { } named && (set = named) == named;
        set = isContrary ? ~set : set;
        return true;
    }

    private string? UnicodeName()
    {
        if (!More)
            return null;

        if (pattern[_at] != '{')
            return char.ConvertFromUtf32(Rune());

        var end = pattern.IndexOf('}', _at);
        if (end < 0)
            return null;

        var name = pattern[(_at + 1)..end];
        _at = end + 1;
        return name;
    }

    private int? Escape()
    {
        _at++;
        if (!More)
            return null;

        var rune = Rune();
        switch (rune)
        {
            case >= '1' and <= '7' when !More || pattern[_at] is < '0' or > '7':
                // A reference to a group needs backtracking.
                return null;
            case >= '0' and <= '7':
                var octal = rune - '0';
                for (var digits = 1; digits < 3 && More && pattern[_at] is >= '0' and <= '7'; digits++)
                    octal = (octal * 8) + pattern[_at++] - '0';

                return octal;
            case 'x':
                return Hexadecimal();
            case 'a':
                return '\a';
            case 'f':
                return '\f';
            case 'n':
                return '\n';
            case 'r':
                return '\r';
            case 't':
                return '\t';
            case 'v':
                return '\v';
            default:
                return rune < 128 && char.IsAsciiLetterOrDigit((char)rune) ? null : rune;
        }
    }

    private int? Hexadecimal()
    {
        var isBraced = More && pattern[_at] == '{';
        var end = isBraced ? pattern.IndexOf('}', _at) : _at + 2;
        var from = isBraced ? _at + 1 : _at;
        if (end < 0 || end > pattern.Length || end == from)
            return null;

        var rune = 0;
        foreach (var digit in pattern.AsSpan(from, end - from))
        {
            if (!char.IsAsciiHexDigit(digit))
                return null;

            rune = (rune * 16) + Convert.ToInt32(digit.ToString(), 16);
            if (rune > HighestRune)
                return null;
        }

        _at = isBraced ? end + 1 : end;
        return rune;
    }

    private bool Class()
    {
        _at++;
        var isContrary = More && pattern[_at] == '^';
        _at += isContrary ? 1 : 0;
        var set = default(AsciiSet);
        for (var isFirst = true; isFirst || !More || pattern[_at] != ']'; isFirst = false)
        {
            if (Element() is not { } element)
                return false;

            set |= element;
        }

        return Place(isContrary ? ~set : set);
    }

    private AsciiSet? Element()
    {
        if (Sees("[:") && pattern.IndexOf(":]", _at, StringComparison.Ordinal) is > 0 and var end)
        {
            var name = end < _at + 2 ? "" : pattern[(_at + 2)..end];
            _at = end + 2;
            return Re2Classes.Posix(name, _flags.FoldsCase);
        }

        if (TryNamed(out var set, out var isValid))
            return isValid ? set : null;

        if (ClassRune() is not { } low)
            return null;

        var high = low;
        if (Sees("-") && !Sees("-]"))
        {
            _at++;
            if (ClassRune() is not { } last || last < low)
                return null;

            high = last;
        }

        return SetOf(low, high);
    }

    private int? ClassRune() => !More ? null : pattern[_at] == '\\' ? Escape() : Rune();

    private readonly record struct Flags(bool FoldsCase, bool DotIsAll);

    /// <summary>What is between two parentheses, or all of the pattern.</summary>
    private sealed class Group(Flags before)
    {
        private readonly StringBuilder _done = new();
        private string? _last;

        /// <summary>The flags that count again behind the group.</summary>
        public Flags Before { get; } = before;

        public void Add(AsciiSet set)
        {
            var text = new StringBuilder();
            set.AppendTo(text);
            Add(text.ToString());
        }

        public void Add(string part)
        {
            _done.Append(_last);
            _last = part;
        }

        public void Alternative()
        {
            _done.Append(_last).Append('|');
            _last = null;
        }

        public bool Repeat(string times)
        {
            if (_last is null)
                return false;

            _last = $"(?:{_last}){times}";
            return true;
        }

        public override string ToString() => _done.ToString() + _last;
    }
}

/// <summary>Names of classes in patterns.</summary>
file static class ClassNames
{
    /// <summary>The name without a caret in front of it, which makes it the contrary.</summary>
    public static string TrimCaret(this string name, ref bool isContrary)
    {
        if (!name.StartsWith('^'))
            return name;

        isContrary = !isContrary;
        return name[1..];
    }
}
