using FlowLog.Connect.Workers;

namespace FlowLog.Connect.Tests.Workers;

public class SubmittedBatchesTests
{
    private readonly SubmittedBatches _batches = new();

    [Fact]
    public void A_position_is_stored_once_all_records_before_it_are_acknowledged()
    {
        var first = Begin("a", 1, records: 2);
        var second = Begin("a", 2, records: 1);
        second.Done();
        first.Done();
        Assert.Empty(_batches.TakeAcknowledged());

        first.Done();
        Assert.Equal(2, Assert.Single(_batches.TakeAcknowledged()).Offset["o"]);
        Assert.Empty(_batches.TakeAcknowledged());
    }

    [Fact]
    public void A_slow_part_holds_back_nobody_but_itself()
    {
        Begin("slow", 1, records: 1);
        Begin("fast", 2, records: 1).Done();
        Assert.Equal("fast", Assert.Single(_batches.TakeAcknowledged()).Partition["p"]);
    }

    [Fact]
    public void A_batch_without_a_position_counts_with_the_next_one()
    {
        var open = _batches.Begin(new SourceBatch([], []));
        open.Add();
        open.Done();
        var next = Begin("a", 1, records: 0);
        Assert.Empty(_batches.TakeAcknowledged());

        open.Done();
        Assert.Same(open, next);
        Assert.Single(_batches.TakeAcknowledged());
    }

    private Submission Begin(string part, int offset, int records)
    {
        var submission = _batches.Begin(new SourceBatch(
            [], [new SourcePosition(new Dictionary<string, object?> { ["p"] = part }, new Dictionary<string, object?> { ["o"] = offset })]));
        for (var i = 0; i < records; i++)
            submission.Add();
        submission.Done();
        return submission;
    }
}
