namespace FlowLog.EndToEnd.Tests.Conformance.RandomScenarios;

/// <summary>
/// A producer whose transactions time out under it, and one that takes its transactional id over: what they are told when they come back, in every version, once and again.
/// </summary>
internal sealed class LateProducerScenarios
{
    /// <summary>Longer than what is sent between two pauses takes, so that no transaction times out but in a pause.</summary>
    private const int TimeoutMs = 1_500;

    private const int Pause = 2_200;
    private const string Id = "${p}-x";
    private const string Group = "${p}-g";

    private readonly Dice _dice;
    private readonly bool _bumps;

    private LateProducerScenarios(Dice dice) => (_dice, _bumps) = (dice, dice.Percent(70));

    public static IEnumerable<object> Lives(Dice dice) => new LateProducerScenarios(dice).Steps();

    private IEnumerable<object> Steps()
    {
        yield return Step.Topic("t", 2);
        yield return Step.Coordinator(Group, 0);
        yield return Step.Producer("x", Id);
        for (var round = 0; round < 4; round++)
        {
            yield return Initialise(keeps: true, goesOn: false);
            foreach (var step in Begin())
                yield return step;

            if (_dice.Percent(80))
                yield return Step.Sleep(Pause);

            for (var i = _dice.Below(4); i >= 0; i--)
            {
                yield return Late();
                yield return Step.Sleep(_dice.Of(50, 200));
            }

            yield return Transactions();
        }

        yield return Step.Sleep(Pause);
        yield return Step.Read(isolation: 1);
        yield return Step.Read(partition: 1, isolation: 1);
        yield return Transactions();
    }

    private IEnumerable<object> Begin()
    {
        for (var i = _dice.Below(3); i >= 0; i--)
        {
            if (!_bumps)
                yield return Add();
            yield return _dice.Percent(70) ? Produce() : Commit();
        }
    }

    private object Late() => _dice.Below(10) switch
    {
        < 5 => End(),
        5 => Produce(),
        6 => Commit(),
        7 => Add(),
        8 => Initialise(keeps: false, goesOn: true),
        _ => Initialise(keeps: _dice.Percent(50), goesOn: false),
    };

    private object End() => Step.Retry(
        "EndTxn", new { transactionalId = Id, producerId = "${xId}", producerEpoch = Epoch(), committed = _dice.Percent(60) }, _bumps ? _dice.Of("5", "5", "5", "4") : _dice.Of("4", "4", "3", "1", "5"));

    private object Produce() => Step.Retry(
        "Produce",
        Step.ProduceBody(
            new { producerId = "${xId}", producerEpoch = Epoch(), baseSequence = 0, records = new[] { RecordScenarios.Record(_dice) }, transactional = true }, "t", _dice.Below(2), -1, Id),
        _bumps ? _dice.Of("latest", "12") : _dice.Of("11", "9"));

    private object Commit() => Step.Retry(
        "TxnOffsetCommit",
        new
        {
            transactionalId = Id,
            groupId = Group,
            producerId = "${xId}",
            producerEpoch = Epoch(),
            generationId = -1,
            memberId = "",
            topics = new[] { new { name = "${t}", partitions = new[] { new { partitionIndex = _dice.Below(2), committedOffset = 1, committedLeaderEpoch = -1, committedMetadata = "" } } } },
        },
        _bumps ? "5" : _dice.Of("4", "3"));

    private object Add() => Step.Retry(
        "AddPartitionsToTxn",
        new { v3AndBelowTransactionalId = Id, v3AndBelowProducerId = "${xId}", v3AndBelowProducerEpoch = Epoch(), v3AndBelowTopics = new[] { new { name = "${t}", partitions = new[] { 0, 1 } } } },
        _dice.Of("3", "1"));

    private object Initialise(bool keeps, bool goesOn) => Step.Retry(
        "InitProducerId",
        new { transactionalId = Id, transactionTimeoutMs = TimeoutMs, producerId = goesOn ? "${xId}" : (object)-1, producerEpoch = goesOn ? Epoch() : (object)-1 },
        _dice.Of("latest", "4"),
        keeps ? new Dictionary<string, string> { ["xId"] = "producerId", ["xEpoch"] = "producerEpoch" } : null);

    private static object Transactions() => Step.Send("DescribeTransactions", new { transactionalIds = new[] { Id } });

    private string Epoch() => _dice.Percent(85) ? "${xEpoch}" : "${xEpoch+1}";
}
