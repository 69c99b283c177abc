using FlowLog.Broker.Log.Segments;
using FlowLog.Protocol.Records;

namespace FlowLog.Broker.Log.Compaction;

/// <summary>
/// The transactions of a log as a cleaner walks over it from the start: whose records were aborted, and which markers have outlived all
/// records of theirs. Every batch is shown once, in order.
/// </summary>
/// <param name="aborted">The aborted transactions that reach into the walk.</param>
internal sealed class CleanedTransactions(IEnumerable<AbortedTransaction> aborted)
{
    private readonly AbortedTransaction[] _aborted = [.. aborted.OrderBy(transaction => transaction.FirstOffset)];
    private readonly Dictionary<long, (AbortedTransaction Transaction, bool HasData)> _openAborted = [];
    private readonly HashSet<long> _openCommitted = [];
    private int _next;

    /// <summary>A batch of data was met. Returns whether its transaction was aborted.</summary>
    public bool MeetData(in BatchHeader header)
    {
        if (!header.IsTransactional)
            return false;

        OpenUpTo(header.LastOffset);
        if (_openAborted.TryGetValue(header.ProducerId, out var open))
        {
            _openAborted[header.ProducerId] = (open.Transaction, true);
            return true;
        }

        _openCommitted.Add(header.ProducerId);
        return false;
    }

    /// <summary>
    /// A marker was met. Returns whether no data of its transaction was: nobody needs it then. With data of an aborted one
    /// <paramref name="needed"/> says what readers must go on hiding.
    /// </summary>
    public bool MeetMarker(in BatchHeader header, bool committed, out AbortedTransaction? needed)
    {
        needed = null;
        OpenUpTo(header.LastOffset);
        if (committed)
            return !_openCommitted.Remove(header.ProducerId);

        if (!_openAborted.Remove(header.ProducerId, out var ended) || !ended.HasData)
            return !_openCommitted.Remove(header.ProducerId);

        needed = ended.Transaction;
        return false;
    }

    private void OpenUpTo(long offset)
    {
        for (; _next < _aborted.Length && _aborted[_next].FirstOffset <= offset; _next++)
        {
            if (_aborted[_next].LastOffset >= offset)
                _openAborted[_aborted[_next].ProducerId] = (_aborted[_next], false);
        }
    }
}
