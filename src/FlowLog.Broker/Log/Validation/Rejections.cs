using FlowLog.Protocol.Errors;

namespace FlowLog.Broker.Log.Validation;

/// <summary>The records of one batch that cannot be taken. All are counted, and the producer is told of the first ones.</summary>
internal sealed class Rejections
{
    /// <summary>A batch of a few kilobytes can decompress to millions of records; what is said about them must not.</summary>
    public const int MostTold = 1_000;

    private readonly List<RejectedRecord> _told = [];
    private int _count;
    private bool _hasBadTime;

    /// <summary>The record has no key, in a topic that is compacted by it.</summary>
    public void LacksKey(int index) => Add(index, "A record of a compacted topic needs a key.");

    /// <summary>The record claims the time of an append that has not been.</summary>
    public void ClaimsAppendTime(int index)
    {
        _hasBadTime = true;
        Add(index, "A producer may not mark its timestamps as append time.");
    }

    /// <summary>The record's time is not between the earliest and the latest that the topic takes now.</summary>
    public void IsOutOfTime(int index, long timestamp, long earliest, long latest)
    {
        _hasBadTime = true;
        Add(index, _count < MostTold ? $"Timestamp {timestamp} of message with offset {index} is out of range. The timestamp should be within [{earliest}, {latest}]" : "");
    }

    /// <summary>What becomes of the batch.</summary>
    public AppendOutcome Outcome() => _hasBadTime
        ? AppendOutcome.Refused(ErrorCode.InvalidTimestamp, "One or more records have been rejected due to invalid timestamp", _told)
        : AppendOutcome.Refused(ErrorCode.InvalidRecord, $"One or more records have been rejected due to {_count} record errors in total.", _told);

    private void Add(int index, string message)
    {
        if (_count++ < MostTold)
            _told.Add(new RejectedRecord(index, message));
    }
}
