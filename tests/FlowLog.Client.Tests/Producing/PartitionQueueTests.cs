using System.Text;
using FlowLog.Client.Producing;
using FlowLog.Protocol.Identity;
using FlowLog.Testing.Simulation;

namespace FlowLog.Client.Tests.Producing;

public sealed class PartitionQueueTests : IDisposable
{
    private static readonly ProducerIdAndEpoch Identity = new(7, 0);

    private readonly ManualTimeProvider _clock = new();
    private readonly BatchStock _stock = new(new ProducerOptions { BatchSize = 1 }, new FlushGroups(), TimeProvider.System);
    private readonly PartitionQueue _queue;

    public PartitionQueueTests() => _queue = new PartitionQueue(new TopicPartition("t", 0), _stock, lingerTicks: 0, deliveryTicks: TimeSpan.TicksPerMinute);

    public void Dispose() => _stock.Dispose();

    [Fact]
    public void Batches_in_flight_carry_sequences_without_gaps()
    {
        Introduce();
        Append(4);

        Assert.Equal([1, 2, 3, 4], Take(4).ConvertAll(batch => batch.BaseSequence));
    }

    [Fact]
    public void The_first_batch_goes_alone_until_it_is_stored()
    {
        Append(3);

        var first = Take(1)[0];
        Assert.False(IsReady());
        _queue.SendAgain(first, notBefore: 0);
        Assert.Same(first, Take(1)[0]);
        Assert.False(IsReady());
        _queue.Stored(first);

        Assert.Equal([1, 2], Take(2).ConvertAll(batch => batch.BaseSequence));
    }

    [Fact]
    public void When_the_first_batch_is_given_up_the_next_one_is_the_first()
    {
        Append(3);

        _queue.GiveUp(Take(1)[0]);

        Assert.Equal(0, Take(1)[0].BaseSequence);
        Assert.False(IsReady());
    }

    [Fact]
    public void A_new_epoch_of_a_known_producer_goes_on_several_at_a_time_and_a_new_producer_alone()
    {
        Introduce();
        Append(4);

        var sent = Take(2, Identity with { Epoch = 1 });
        Assert.Equal([0, 1], sent.ConvertAll(batch => batch.BaseSequence));
        sent.ForEach(_queue.Stored);

        Assert.Equal(0, Take(1, Identity with { Id = 8 })[0].BaseSequence);
        Assert.False(IsReady());
    }

    [Fact]
    public void Without_idempotence_the_first_batch_does_not_go_alone()
    {
        using var stock = new BatchStock(new ProducerOptions { BatchSize = 1, EnableIdempotence = false }, new FlushGroups(), TimeProvider.System);
        var queue = new PartitionQueue(new TopicPartition("t", 0), stock, lingerTicks: 0, deliveryTicks: TimeSpan.TicksPerMinute);
        Append(2, queue);

        queue.Take(ProducerBatch.NoIdentity, transactional: false);

        Assert.True(queue.IsReady(_clock.GetTimestamp(), hurry: false, out _));
        stock.Dispose();
    }

    [Fact]
    public void Answers_that_overtake_each_other_do_not_make_the_sequence_fall_back()
    {
        Introduce();
        Append(4);
        var sent = Take(3);

        _queue.Stored(sent[1]);
        _queue.Stored(sent[0]);
        _queue.SendAgain(sent[2], notBefore: 0);

        Assert.Equal([3, 4], Take(2).ConvertAll(batch => batch.BaseSequence));
    }

    [Fact]
    public void A_batch_whose_answer_was_lost_keeps_its_sequence_when_later_ones_were_stored()
    {
        Introduce();
        Append(4);
        var sent = Take(3);

        sent[0].MayBeStored = true;
        _queue.SendAgain(sent[0], notBefore: 0);
        _queue.Stored(sent[1]);
        _queue.Stored(sent[2]);

        Assert.Equal([1, 4], Take(2).ConvertAll(batch => batch.BaseSequence));
        _queue.Stored(sent[0]);
        Append(1);
        Assert.Equal([5], Take(1).ConvertAll(batch => batch.BaseSequence));
    }

    [Fact]
    public void After_a_failure_nothing_leaves_until_all_that_is_out_has_come_back_and_then_in_the_old_order()
    {
        Introduce();
        Append(4);
        var sent = Take(3);

        _queue.SendAgain(sent[0], notBefore: 0);
        Assert.False(IsReady());
        _queue.SendAgain(sent[2], notBefore: 0);
        Assert.False(IsReady());
        _queue.SendAgain(sent[1], notBefore: 0);
        Assert.True(IsReady());

        var again = Take(4);
        Assert.Equal(sent, again.Take(3));
        Assert.Equal([1, 2, 3, 4], again.ConvertAll(batch => batch.BaseSequence));
    }

    [Fact]
    public void A_batch_that_is_given_up_and_was_surely_not_stored_leaves_no_gap()
    {
        Introduce();
        Append(3);
        var sent = Take(2);

        _queue.Stored(sent[0]);
        _queue.GiveUp(sent[1]);

        Assert.False(_queue.NeedsNewEpoch);
        Assert.Equal(2, Take(1)[0].BaseSequence);
    }

    [Fact]
    public void A_batch_that_is_given_up_and_may_be_stored_asks_for_a_new_epoch()
    {
        Introduce();
        Append(3);
        var sent = Take(2);

        sent[1].MayBeStored = true;
        _queue.Stored(sent[0]);
        _queue.GiveUp(sent[1]);

        Assert.True(_queue.NeedsNewEpoch);
        Assert.False(IsReady());
        _queue.StartEpoch();
        var next = _queue.Take(Identity with { Epoch = 1 }, transactional: false);
        Assert.Equal((0, (short)1), (next.BaseSequence, next.Identity.Epoch));
    }

    [Fact]
    public void What_may_be_stored_goes_again_as_it_was_before_the_partition_takes_a_new_epoch()
    {
        Introduce();
        Append(4);
        var sent = Take(3);

        (sent[0].MayBeStored, sent[2].MayBeStored) = (true, true);
        _queue.GiveUp(sent[0]);
        _queue.SendAgain(sent[1], notBefore: 0);
        _queue.SendAgain(sent[2], notBefore: 0);
        Assert.False(_queue.NeedsNewEpoch);

        // Meanwhile another partition made the producer take an epoch.
        var again = Take(2, Identity with { Epoch = 1 });
        Assert.Equal([(2, (short)0), (3, (short)0)], again.ConvertAll(batch => (batch.BaseSequence, batch.Identity.Epoch)));
        Assert.Equal(sent[1..], again);
        Assert.False(IsReady());

        again.ForEach(_queue.Stored);
        Assert.True(_queue.NeedsNewEpoch);
        _queue.StartEpoch();
        var next = Take(1, Identity with { Epoch = 2 })[0];
        Assert.Equal((0, (short)2), (next.BaseSequence, next.Identity.Epoch));
    }

    [Fact]
    public void What_may_be_stored_keeps_its_number_when_a_batch_before_it_is_given_up()
    {
        Introduce();
        Append(4);
        var sent = Take(2);

        sent[1].MayBeStored = true;
        _queue.SendAgain(sent[1], notBefore: 0);
        _queue.GiveUp(sent[0]);

        Assert.Equal(2, Take(1)[0].BaseSequence);
        Assert.False(IsReady());
        _queue.GiveUp(sent[1]);
        Assert.True(_queue.NeedsNewEpoch);
    }

    [Fact]
    public void A_partition_with_batches_on_their_way_stays_under_the_epoch_that_they_were_sent_with()
    {
        Introduce();
        Append(4);
        Take(1);

        Assert.Equal(0, Take(1, Identity with { Epoch = 1 })[0].Identity.Epoch);
    }

    [Fact]
    public void What_waits_too_long_expires_oldest_first()
    {
        Append(1);
        _clock.Advance(TimeSpan.FromSeconds(30));
        Append(1);
        List<ProducerBatch> expired = [];

        _clock.Advance(TimeSpan.FromSeconds(31));
        var next = _queue.Expire(_clock.GetTimestamp(), expired);

        Assert.Single(expired);
        Assert.Equal(TimeSpan.FromSeconds(90), TimeSpan.FromTicks(next));
    }

    [Fact]
    public void A_pause_after_a_failure_is_kept()
    {
        Append(1);
        var sent = Take(1);

        _queue.SendAgain(sent[0], notBefore: TimeSpan.TicksPerSecond);

        Assert.False(_queue.IsReady(_clock.GetTimestamp(), hurry: true, out var again));
        Assert.Equal(TimeSpan.TicksPerSecond, again);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.True(IsReady());
    }

    /// <summary>Has one record stored under sequence 0: a broker knows the producer from then on.</summary>
    private void Introduce()
    {
        Append(1);
        _queue.Stored(Take(1)[0]);
    }

    private bool IsReady() => _queue.IsReady(_clock.GetTimestamp(), hurry: false, out _);

    /// <summary>Each record becomes a batch of its own.</summary>
    private void Append(int count, PartitionQueue? queue = null)
    {
        for (var n = 0; n < count; n++)
            Assert.True((queue ?? _queue).TryAppend(new OutgoingRecord("t") { Value = Encoding.UTF8.GetBytes($"v{n}") }, size: 50, timestamp: 0, handler: null, state: null, _clock, out _));
    }

    private List<ProducerBatch> Take(int count, ProducerIdAndEpoch? identity = null)
    {
        List<ProducerBatch> taken = [];
        for (var n = 0; n < count; n++)
        {
            Assert.True(IsReady());
            taken.Add(_queue.Take(identity ?? Identity, transactional: false));
        }

        return taken;
    }
}
