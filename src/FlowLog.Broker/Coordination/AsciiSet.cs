using System.Globalization;
using System.Text;

namespace FlowLog.Broker.Coordination;

/// <summary>A set of characters, as far as names of topics can have them: ASCII.</summary>
internal readonly record struct AsciiSet(UInt128 Bits)
{
    private const int Count = 128;
    private const int KelvinSign = 0x212A;
    private const int LongS = 0x17F;

    public static AsciiSet All { get; } = new(UInt128.MaxValue);

    public static AsciiSet operator |(AsciiSet left, AsciiSet right) => new(left.Bits | right.Bits);

    public static AsciiSet operator ~(AsciiSet set) => new(~set.Bits);

    /// <summary>The characters from <paramref name="low"/> to <paramref name="high"/>, both included.</summary>
    public static AsciiSet Range(int low, int high) => Of(character => character >= low && character <= high);

    public static AsciiSet Of(Predicate<char> holds)
    {
        var bits = UInt128.Zero;
        for (var character = 0; character < Count; character++)
        {
            if (holds((char)character))
                bits |= UInt128.One << character;
        }

        return new AsciiSet(bits);
    }

    /// <summary>Those of some text.</summary>
    public static AsciiSet Of(string characters) => Of(characters.Contains);

    /// <summary>The characters from <paramref name="low"/> to <paramref name="high"/> and those that differ from them in case only; some of those of ASCII have a brother outside.</summary>
    public static AsciiSet FoldedRange(int low, int high)
    {
        var folded = Range(low, high).Folded();
        folded |= low <= KelvinSign && KelvinSign <= high ? Of("kK") : default;
        return folded | (low <= LongS && LongS <= high ? Of("sS") : default);
    }

    /// <summary>With the other case of every letter.</summary>
    public AsciiSet Folded()
    {
        var self = this;
        return Of(character => self.Contains(character) || (char.IsAsciiLetter(character) && self.Contains((char)(character ^ 0x20))));
    }

    public bool Contains(char character) => (Bits & (UInt128.One << character)) != 0;

    /// <summary>Adds the set as a class of an expression of .NET.</summary>
    public void AppendTo(StringBuilder expression)
    {
        if (Bits == 0)
        {
            // Nothing is in it, and nothing can be written that says so but the contrary of everything.
            expression.Append(@"[^\x00-\uFFFF]");
            return;
        }

        expression.Append('[');
        for (var low = 0; low < Count; low++)
        {
            if (!Contains((char)low))
                continue;

            var high = low;
            while (high + 1 < Count && Contains((char)(high + 1)))
                high++;

            expression.Append(CultureInfo.InvariantCulture, $@"\x{low:X2}-\x{high:X2}");
            low = high;
        }

        expression.Append(']');
    }
}
