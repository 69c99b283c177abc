using FlowLog.Cli.Perf;
using FsCheck;
using FsCheck.Fluent;

namespace FlowLog.Cli.Tests.Perf;

public sealed class LatencyHistogramTests
{
    [Fact]
    public void Percentiles_are_those_of_the_sorted_values_to_less_than_a_hundredth() =>
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(200).WithQuietOnSuccess(true),
            Prop.ForAll(ArbMap.Default.ArbFor<NonEmptyArray<PositiveInt>>(), ArbMap.Default.ArbFor<PositiveInt>(), (values, scale) =>
            {
                var all = values.Get.Select(value => (long)value.Get * value.Get * scale.Get).Order().ToArray();
                var histogram = new LatencyHistogram();
                foreach (var value in all)
                    histogram.Add(value);

                Assert.All([0.001, 0.5, 0.95, 0.99, 0.999, 1], share =>
                {
                    var exact = all[(int)Math.Max(0, Math.Ceiling(share * all.Length) - 1)];
                    Assert.InRange(histogram.Percentile(share), exact, exact * 1.008);
                });
                Assert.Equal(all.Length, histogram.Count);
                Assert.Equal(all[^1], histogram.Max);
                Assert.Equal(all.Average(value => (double)value), histogram.Mean, tolerance: 1e-6 * all[^1]);
            }));

    [Fact]
    public void Every_duration_has_a_bucket()
    {
        var histogram = new LatencyHistogram();

        histogram.Add(-5);
        histogram.Add(0);
        histogram.Add(long.MaxValue);

        Assert.Equal(0, histogram.Percentile(0.5));
        Assert.Equal(long.MaxValue, histogram.Percentile(1));
    }

    [Fact]
    public void A_histogram_without_values_says_zero_and_one_that_was_cleared_too()
    {
        var histogram = new LatencyHistogram();
        histogram.Add(7);
        histogram.Clear();

        Assert.Equal((0L, 0L, 0L, 0.0), (histogram.Count, histogram.Max, histogram.Percentile(0.99), histogram.Mean));
    }
}
