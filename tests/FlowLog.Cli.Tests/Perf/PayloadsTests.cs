using System.Text;
using FlowLog.Cli.Perf;
using FlowLog.Cli.Terminal;

namespace FlowLog.Cli.Tests.Perf;

public sealed class PayloadsTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(3_000_000)]
    public void Random_values_have_the_size_that_was_asked_for_and_are_letters(int size)
    {
        var payloads = Payloads.OfSize(size);

        for (var count = 0; count < 20; count++)
        {
            var value = payloads.Next();
            Assert.Equal(size, value.Length);
            Assert.False(value.ContainsAnyExceptInRange((byte)'A', (byte)'Z'));
        }
    }

    [Fact]
    public void Random_values_follow_each_other_differently_each_time_through_the_block()
    {
        var payloads = Payloads.OfSize(100);
        var seen = new HashSet<string>();

        for (var count = 0; count < 50_000; count++)
            seen.Add(Encoding.ASCII.GetString(payloads.Next()));

        Assert.True(seen.Count > 45_000, $"Only {seen.Count} of 50,000 values differ.");
    }

    [Fact]
    public void A_file_is_cut_at_the_delimiter_and_the_end_of_its_last_line_is_no_value()
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, "tea\ncoffee\nmilk\n");
            var payloads = Payloads.OfFile(file, "\\n");

            var seen = new HashSet<string>();
            for (var count = 0; count < 200; count++)
                seen.Add(Encoding.UTF8.GetString(payloads.Next()));

            Assert.Equal(["coffee", "milk", "tea"], seen.Order());
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void A_file_that_is_not_there_is_named() =>
        Assert.Contains("no/such/file", Assert.Throws<CommandException>(() => Payloads.OfFile("no/such/file", "\\n")).Message, StringComparison.Ordinal);

    [Fact]
    public void Counting_counts()
    {
        var payloads = Payloads.Counting();

        Assert.Equal("0", Encoding.ASCII.GetString(payloads.Next()));
        Assert.Equal("1", Encoding.ASCII.GetString(payloads.Next()));
    }
}
