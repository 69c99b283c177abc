using FlowLog.Broker.Java;

namespace FlowLog.Broker.Tests.Java;

public sealed class JavaDoubleTests
{
    [Theory]
    [InlineData(0, "0.0")]
    [InlineData(1, "1.0")]
    [InlineData(0.5, "0.5")]
    [InlineData(-123.456, "-123.456")]
    [InlineData(0.001, "0.001")]
    [InlineData(0.0009, "9.0E-4")]
    [InlineData(9_999_999, "9999999.0")]
    [InlineData(10_000_000, "1.0E7")]
    [InlineData(12_345_678.9, "1.23456789E7")]
    [InlineData(-2.5e-5, "-2.5E-5")]
    [InlineData(double.MaxValue, "1.7976931348623157E308")]
    [InlineData(double.PositiveInfinity, "Infinity")]
    public void Numbers_are_written_as_Java_writes_them(double number, string expected) => Assert.Equal(expected, JavaDouble.Show(number));
}
