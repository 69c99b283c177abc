using System.Globalization;
using System.Numerics;

namespace FlowLog.Connect.Data;

/// <summary>A decimal number of any length: <c>Unscaled</c> times ten to the power of minus <c>Scale</c>.</summary>
/// <param name="Unscaled">The digits without the point.</param>
/// <param name="Scale">Digits after the point; negative for trailing zeroes that are not kept.</param>
public readonly record struct BigDecimal(BigInteger Unscaled, int Scale) : IComparable<BigDecimal>
{
    /// <summary>A CLR decimal, with the scale it has.</summary>
    public static BigDecimal From(decimal value)
    {
        Span<int> bits = stackalloc int[4];
        decimal.GetBits(value, bits);
        var scale = (bits[3] >> 16) & 0xFF;
        var digits = new BigInteger(new decimal(bits[0], bits[1], bits[2], value < 0, 0));
        return new BigDecimal(digits, scale);
    }

    /// <summary>The unscaled number as big-endian two's complement bytes.</summary>
    public static BigDecimal FromBytes(ReadOnlySpan<byte> unscaled, int scale) => new(new BigInteger(unscaled, isBigEndian: true), scale);

    /// <summary>Reads digits with an optional sign, point and exponent.</summary>
    public static BigDecimal Parse(string text) =>
        TryParse(text, out var value) ? value : throw new DataException($"\"{text}\" is not a decimal number.");

    /// <inheritdoc cref="Parse"/>
    public static bool TryParse(string text, out BigDecimal value)
    {
        value = default;
        var span = text.AsSpan().Trim();
        var exponent = 0;
        var e = span.IndexOfAny('e', 'E');
        if (e >= 0)
        {
            if (!int.TryParse(span[(e + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent))
                return false;
            span = span[..e];
        }

        var point = span.IndexOf('.');
        var scale = point < 0 ? 0 : span.Length - point - 1;
        var digits = point < 0 ? span.ToString() : string.Concat(span[..point], span[(point + 1)..]);
        if (!BigInteger.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var unscaled))
            return false;

        value = new BigDecimal(unscaled, scale - exponent);
        return true;
    }

    /// <summary>The unscaled number as big-endian two's complement bytes.</summary>
    public byte[] ToBytes() => Unscaled.ToByteArray(isBigEndian: true);

    /// <summary>The same number with this many digits after the point; digits that do not fit are an error.</summary>
    public BigDecimal WithScale(int scale)
    {
        if (scale >= Scale)
            return new BigDecimal(Unscaled * BigInteger.Pow(10, scale - Scale), scale);

        var quotient = BigInteger.DivRem(Unscaled, BigInteger.Pow(10, Scale - scale), out var rest);
        return rest.IsZero
            ? new BigDecimal(quotient, scale)
            : throw new DataException($"{this} cannot be written with {scale} digits after the point without rounding.");
    }

    /// <summary>The nearest double.</summary>
    public double ToDouble() => double.Parse(ToString(), CultureInfo.InvariantCulture);

    /// <summary>The number as a CLR decimal where it fits into its 28 digits.</summary>
    public bool TryToDecimal(out decimal value)
    {
        value = 0;
        return Scale is >= -28 and <= 28 && decimal.TryParse(ToString(), NumberStyles.Number, CultureInfo.InvariantCulture, out value)
            && From(value).CompareTo(this) == 0;
    }

    /// <inheritdoc/>
    public int CompareTo(BigDecimal other)
    {
        var scale = Math.Max(Scale, other.Scale);
        return WithScale(scale).Unscaled.CompareTo(other.WithScale(scale).Unscaled);
    }

    /// <summary>All digits, never an exponent.</summary>
    public override string ToString()
    {
        if (Scale <= 0)
            return (Unscaled * BigInteger.Pow(10, -Scale)).ToString(CultureInfo.InvariantCulture);

        var digits = BigInteger.Abs(Unscaled).ToString(CultureInfo.InvariantCulture).PadLeft(Scale + 1, '0');
        var sign = Unscaled.Sign < 0 ? "-" : "";
        return $"{sign}{digits[..^Scale]}.{digits[^Scale..]}";
    }

    /// <summary>Whether the left number is smaller.</summary>
    public static bool operator <(BigDecimal left, BigDecimal right) => left.CompareTo(right) < 0;

    /// <summary>Whether the left number is greater.</summary>
    public static bool operator >(BigDecimal left, BigDecimal right) => left.CompareTo(right) > 0;

    /// <summary>Whether the left number is not greater.</summary>
    public static bool operator <=(BigDecimal left, BigDecimal right) => left.CompareTo(right) <= 0;

    /// <summary>Whether the left number is not smaller.</summary>
    public static bool operator >=(BigDecimal left, BigDecimal right) => left.CompareTo(right) >= 0;
}
