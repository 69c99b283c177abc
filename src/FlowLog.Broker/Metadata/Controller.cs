using System.Threading.Channels;
using FlowLog.Broker.Consensus;
using FlowLog.Broker.Metadata.Decisions;
using FlowLog.Broker.Metadata.Images;
using FlowLog.Protocol.Wire;

namespace FlowLog.Broker.Metadata;

/// <summary>
/// The one place where metadata changes: requests are decided in turn on the newest image, their records are appended, committed
/// together, applied, shown to the observers and then to everybody, and only then answered.
/// </summary>
/// <param name="log">The metadata log, elected.</param>
/// <param name="current">Where readers find the image.</param>
/// <param name="before">Observers that act before readers see an image.</param>
/// <param name="after">Observers that act once readers see it.</param>
internal sealed class Controller(QuorumLog log, CurrentImage current, IReadOnlyList<IImageObserver> before, IReadOnlyList<IImageObserver> after)
{
    private const int MostPerCommit = 256;

    private readonly Channel<IChange> _changes = Channel.CreateUnbounded<IChange>(new UnboundedChannelOptions { SingleReader = true });

    private interface IChange
    {
        /// <summary>Decides on an image; the records that follow from it.</summary>
        IReadOnlyList<IMetadataRecord> Decide(ClusterImage image);

        /// <summary>Everything decided is committed and visible.</summary>
        void Answer();

        /// <summary>The decision could not be made (a defect, which costs this request and nothing else), or the metadata log has failed.</summary>
        void Fail(Exception defect);
    }

    /// <summary>
    /// Asks for a decision and gets its reply once it is committed and visible. <paramref name="decide"/> runs on the controller's thread, on an
    /// image that may hold changes not committed yet; it changes nothing itself. <paramref name="answered"/> runs there too and is short.
    /// <paramref name="failed"/> is called instead when deciding threw, or when the metadata log has failed. After the node's end nothing is called.
    /// </summary>
    public void Submit<TReply>(Func<ClusterImage, Decision<TReply>> decide, Action<TReply> answered, Action<Exception> failed)
    {
        if (!_changes.Writer.TryWrite(new Change<TReply>(decide, answered, failed)))
            failed(new IOException("The metadata log has failed: nothing can be changed until the next start."));
    }

    /// <summary>
    /// Handles what was submitted until the end. An exception from the metadata log ends the loop, and with it the node; nothing more is submitted then,
    /// and whoever waits is told.
    /// </summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            while (await _changes.Reader.WaitToReadAsync(cancellation))
                HandleSubmitted();
        }
        catch (Exception failure) when (!cancellation.IsCancellationRequested)
        {
            _changes.Writer.TryComplete();
            while (_changes.Reader.TryRead(out var change))
                change.Fail(failure);
            throw;
        }
    }

    /// <summary>Handles what was submitted by now.</summary>
    internal void HandleSubmitted()
    {
        var changes = new List<IChange>();
        while (changes.Count < MostPerCommit && _changes.Reader.TryRead(out var change))
            changes.Add(change);
        if (changes.Count == 0)
            return;

        try
        {
            Handle(changes);
        }
        catch (Exception failure)
        {
            foreach (var change in changes)
                change.Fail(failure);
            throw;
        }
    }

    private void Handle(IReadOnlyList<IChange> changes)
    {
        var image = current.Image;
        var delta = new ClusterDelta(image);
        foreach (var change in changes)
        {
            if (Decide(change, image) is not { Count: > 0 } records)
                continue;
            var offset = log.Append(records);
            foreach (var record in records)
                delta.Replay(record);
            image = delta.Apply(offset, log.Epoch);
        }

        if (!ReferenceEquals(image, current.Image))
            Commit(delta, image);
        foreach (var change in changes)
            change.Answer();
    }

    private static IReadOnlyList<IMetadataRecord> Decide(IChange change, ClusterImage image)
    {
        try
        {
            return change.Decide(image);
        }
        catch (Exception defect) when (defect is not IOException)
        {
            change.Fail(defect);
            return [];
        }
    }

    private void Commit(ClusterDelta delta, ClusterImage image)
    {
        log.Commit();
        foreach (var observer in before)
            observer.Committed(delta, image);
        current.Image = image;
        foreach (var observer in after)
            observer.Committed(delta, image);
    }

    private sealed class Change<TReply>(Func<ClusterImage, Decision<TReply>> decide, Action<TReply> answered, Action<Exception> failed) : IChange
    {
        private Decision<TReply>? _decision;
        private bool _isOver;

        public IReadOnlyList<IMetadataRecord> Decide(ClusterImage image) => (_decision = decide(image)).Records;

        public void Answer()
        {
            if (_isOver || _decision is null)
                return;

            _isOver = true;
            answered(_decision.Reply);
        }

        public void Fail(Exception defect)
        {
            if (_isOver)
                return;

            _isOver = true;
            failed(defect);
        }
    }
}
