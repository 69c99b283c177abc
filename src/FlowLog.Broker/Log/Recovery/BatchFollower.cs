using FlowLog.Broker.Log.Epochs;
using FlowLog.Broker.Log.Producers;
using FlowLog.Broker.Log.Segments;
using FlowLog.Protocol.Records;

namespace FlowLog.Broker.Log.Recovery;

/// <summary>
/// Learns from the batches of a log, which it is shown once and in order, what is derived from them: producers, aborted transactions and epochs. So that
/// whoever walks over them to check them does not have to do it twice.
/// </summary>
/// <param name="producers">The producers as of <paramref name="known"/>.</param>
/// <param name="known">What lies below is known already.</param>
internal sealed class BatchFollower(ProducerStates producers, long known)
{
    private readonly List<(int Epoch, long First, long Last)> _epochs = [];

    /// <summary>The producers as of the last batch.</summary>
    public ProducerStates Producers => producers;

    /// <summary>Where it has to be shown the batches from.</summary>
    public long Known => known;

    /// <summary>A segment comes that reaches behind <see cref="Known"/>.</summary>
    public void Enter(Segment segment) => segment.ForgetAbortedFrom(known);

    /// <summary>A batch of a segment; <paramref name="control"/> is all of it when it holds a control record.</summary>
    public void Meet(Segment segment, in BatchHeader header, ReadOnlySpan<byte> control)
    {
        NoteEpoch(header);
        if (header.BaseOffset < known || !header.HasProducerId)
            return;

        if (!header.IsControl)
            producers.Apply(header);
        else if (EndTransactionMarker.TryRead(header, control, out var marker) && producers.ApplyMarker(header, marker) is { IsAborted: true } aborted)
            segment.AddAborted(new AbortedTransaction(aborted.ProducerId, aborted.FirstOffset, aborted.LastOffset, aborted.LastStableOffset));
    }

    /// <summary>Shows it the batches of a segment from an offset on.</summary>
    public void Walk(Segment segment, long from)
    {
        var start = segment.TryFindBatch(from, out var first) ? first.Position : segment.Size;
        using var batches = new BatchScanner(segment.OpenedFile(), start, segment.Size, BatchScanner.LookUpBlock);
        while (batches.MoveNext())
            Meet(segment, batches.Header, batches.Header.IsControl ? batches.Batch() : default);
    }

    /// <summary>Brings epochs in line with the batches.</summary>
    public void Correct(LeaderEpochs epochs)
    {
        foreach (var (epoch, first, last) in _epochs)
        {
            epochs.Confirm(epoch, first);
            epochs.Confirm(epoch, last);
        }
    }

    private void NoteEpoch(in BatchHeader header)
    {
        if (_epochs.Count > 0 && _epochs[^1] is var run && run.Epoch == header.LeaderEpoch)
            _epochs[^1] = run with { Last = header.BaseOffset };
        else
            _epochs.Add((header.LeaderEpoch, header.BaseOffset, header.BaseOffset));
    }
}
