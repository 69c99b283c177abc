using System.Globalization;

namespace FlowLog.Broker.Coordination;

/// <summary>The classes that have a name in RE2, as far as they are ASCII.</summary>
internal static class Re2Classes
{
    private static readonly HashSet<string> s_categories = new(
        "C Cc Cf Co Cs L Ll Lm Lo Lt Lu M Mc Me Mn N Nd Nl No P Pc Pd Pe Pf Pi Po Ps S Sc Sk Sm So Z Zl Zp Zs".Split(' '), StringComparer.Ordinal);

    private static readonly HashSet<string> s_scripts = new(
        ("Arabic Armenian Avestan Balinese Bamum Batak Bengali Bopomofo Brahmi Braille Buginese Buhid Canadian_Aboriginal Carian Cham Cherokee Common Coptic Cuneiform "
            + "Cypriot Cyrillic Deseret Devanagari Egyptian_Hieroglyphs Ethiopic Georgian Glagolitic Gothic Greek Gujarati Gurmukhi Han Hangul Hanunoo Hebrew Hiragana "
            + "Imperial_Aramaic Inherited Inscriptional_Pahlavi Inscriptional_Parthian Javanese Kaithi Kannada Katakana Kayah_Li Kharoshthi Khmer Lao Latin Lepcha Limbu "
            + "Linear_B Lisu Lycian Lydian Malayalam Mandaic Meetei_Mayek Mongolian Myanmar New_Tai_Lue Nko Ogham Ol_Chiki Old_Italic Old_Persian Old_South_Arabian "
            + "Old_Turkic Oriya Osmanya Phags_Pa Phoenician Rejang Runic Samaritan Saurashtra Shavian Sinhala Sundanese Syloti_Nagri Syriac Tagalog Tagbanwa Tai_Le "
            + "Tai_Tham Tai_Viet Tamil Telugu Thaana Thai Tibetan Tifinagh Ugaritic Unknown Vai Yi").Split(' '),
        StringComparer.Ordinal);

    /// <summary>What stands for <c>\d</c>, <c>\s</c>, <c>\w</c> and, in upper case, their contraries.</summary>
    public static AsciiSet? Perl(int letter) => letter switch
    {
        'd' => AsciiSet.Of(char.IsAsciiDigit),
        'D' => ~AsciiSet.Of(char.IsAsciiDigit),
        's' => AsciiSet.Of("\t\n\f\r "),
        'S' => ~AsciiSet.Of("\t\n\f\r "),
        'w' => AsciiSet.Of(IsWord),
        'W' => ~AsciiSet.Of(IsWord),
        _ => null,
    };

    /// <summary>What stands in brackets between colons, with a caret in front for the contrary.</summary>
    public static AsciiSet? Posix(string name, bool folds)
    {
        var isContrary = name.StartsWith('^');
        AsciiSet? named = name[(isContrary ? 1 : 0)..] switch
        {
            "alnum" => AsciiSet.Of(char.IsAsciiLetterOrDigit),
            "alpha" => AsciiSet.Of(char.IsAsciiLetter),
            "ascii" => AsciiSet.All,
            "blank" => AsciiSet.Of("\t "),
            "cntrl" => AsciiSet.Of(char.IsControl),
            "digit" => AsciiSet.Of(char.IsAsciiDigit),
            "graph" => AsciiSet.Range('!', '~'),
            "lower" => AsciiSet.Of(char.IsAsciiLetterLower),
            "print" => AsciiSet.Range(' ', '~'),
            "punct" => AsciiSet.Of(character => character is > ' ' and <= '~' && !char.IsAsciiLetterOrDigit(character)),
            "space" => AsciiSet.Of("\t\n\v\f\r "),
            "upper" => AsciiSet.Of(char.IsAsciiLetterUpper),
            "word" => AsciiSet.Of(IsWord),
            "xdigit" => AsciiSet.Of(char.IsAsciiHexDigit),
            _ => null,
        };
        if (named is not { } set)
            return null;

        set = folds ? set.Folded() : set;
        return isContrary ? ~set : set;
    }

    /// <summary>A general category or a script of Unicode.</summary>
    public static AsciiSet? Unicode(string name, bool folds)
    {
        if (name == "Any")
            return AsciiSet.All;

        if (s_categories.Contains(name))
            return Category(name) | (folds ? Folds(name) : default);

        return !s_scripts.Contains(name) ? null : name switch
        {
            "Latin" => AsciiSet.Of(char.IsAsciiLetter),
            "Common" => ~AsciiSet.Of(char.IsAsciiLetter),
            _ => default(AsciiSet),
        };
    }

    private static AsciiSet Category(string name) => AsciiSet.Of(character => CategoryOf(character).StartsWith(name, StringComparison.Ordinal));

    // What RE2/J adds when case does not count; its table of the small letters has two of the capitals only.
    private static AsciiSet Folds(string category) => category switch
    {
        "Ll" => AsciiSet.Of("KS"),
        "Lu" => AsciiSet.Of(char.IsAsciiLetterLower),
        _ => default,
    };

    private static string CategoryOf(char character) => CharUnicodeInfo.GetUnicodeCategory(character) switch
    {
        UnicodeCategory.UppercaseLetter => "Lu",
        UnicodeCategory.LowercaseLetter => "Ll",
        UnicodeCategory.DecimalDigitNumber => "Nd",
        UnicodeCategory.SpaceSeparator => "Zs",
        UnicodeCategory.Control => "Cc",
        UnicodeCategory.ConnectorPunctuation => "Pc",
        UnicodeCategory.DashPunctuation => "Pd",
        UnicodeCategory.OpenPunctuation => "Ps",
        UnicodeCategory.ClosePunctuation => "Pe",
        UnicodeCategory.OtherPunctuation => "Po",
        UnicodeCategory.MathSymbol => "Sm",
        UnicodeCategory.CurrencySymbol => "Sc",
        UnicodeCategory.ModifierSymbol => "Sk",
        _ => "So",
    };

    private static bool IsWord(char character) => char.IsAsciiLetterOrDigit(character) || character == '_';
}
