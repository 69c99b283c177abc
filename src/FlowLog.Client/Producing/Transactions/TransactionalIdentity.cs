using FlowLog.Client.Cluster;
using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Identity;

namespace FlowLog.Client.Producing.Transactions;

/// <summary>
/// The state of a transactional producer. The application's calls move it through <see cref="TransactionState"/>; the send loop
/// asks it what may leave, and tells it what failed. All under one lock, which is never held over a call to somebody else.
/// </summary>
internal sealed class TransactionalIdentity(ClusterLink link, TransactionRequests requests, Action wakeSender, CancellationToken closing) : IProducerIdentity
{
    // From version 12 on, Produce adds the partition to the transaction (KIP-890).
    private const short NewestProduceOfVersion1 = 11;

    private readonly Lock _gate = new();
    private readonly HashSet<TopicPartition> _added = [];
    private readonly HashSet<TopicPartition> _asked = [];
    private readonly List<TopicPartition> _wanted = [];
    private readonly HashSet<string> _groups = new(StringComparer.Ordinal);
    private Task _adding = Task.CompletedTask;
    private ProducerIdAndEpoch _identity = ProducerBatch.NoIdentity;
    private volatile TransactionState _state;
    private FlowLogException? _cause;
    private bool _isStarted;
    private bool _isAdding;

    public string TransactionalId => ((ProducerOptions)link.Options).TransactionalId!;

    public short HighestProduceVersion => IsVersion2 ? short.MaxValue : NewestProduceOfVersion1;

    /// <summary>True when the cluster runs transaction.version 2.</summary>
    public bool IsVersion2 { get; private set; }

    /// <summary>True when sequences were lost under an epoch that ending the transaction does not change.</summary>
    public bool NeedsNewEpoch { get; private set; }

    public FlowLogException? Failure => _state == TransactionState.Failed ? _cause : null;

    public FlowLogException? Rejection
    {
        get
        {
            lock (_gate)
                return _state is TransactionState.Aborting or TransactionState.MustAbort
                    ? new FlowLogException(ErrorCode.TransactionAbortable, $"The transaction was aborted{(_cause is null ? "" : $": {_cause.Message}")}", isRetriable: false, _cause)
                    : null;
        }
    }

    public bool TryGet(out ProducerIdAndEpoch identity)
    {
        lock (_gate)
        {
            identity = _identity;
            return _state is TransactionState.Open or TransactionState.Committing;
        }
    }

    public bool MaySend(TopicPartition partition)
    {
        lock (_gate)
        {
            if (_state is not (TransactionState.Open or TransactionState.Committing))
                return false;

            _isStarted = true;
            if (IsVersion2 || _added.Contains(partition))
                return true;

            if (_asked.Add(partition))
                _wanted.Add(partition);
            if (!_isAdding && _wanted.Count > 0)
                (_isAdding, _adding) = (true, AddWantedAsync());
            return false;
        }
    }

    public SequenceProblem OnSequenceProblem(ErrorCode error) => SequenceProblem.Fail;

    public void OnBatchFailed(ErrorCode error, string? reason)
    {
        var problem = Failures.Of(error, $"A batch was not delivered: {(string.IsNullOrEmpty(reason) ? ErrorCodes.Describe(error).Sentence : reason)}");
        lock (_gate)
        {
            NeedsNewEpoch |= !IsVersion2;
            if (error is ErrorCode.ProducerFenced or ErrorCode.TransactionalIdAuthorizationFailed or ErrorCode.ClusterAuthorizationFailed)
                (_cause, _state) = (problem, TransactionState.Failed);
            else if (_state is TransactionState.Open or TransactionState.Committing)
                (_cause, _state) = (problem, TransactionState.MustAbort);
        }

        wakeSender();
    }

    public void StartEpoch()
    {
        lock (_gate)
            NeedsNewEpoch |= !IsVersion2;
    }

    /// <summary>The identity, as it is.</summary>
    public ProducerIdAndEpoch Current
    {
        get
        {
            lock (_gate)
                return _identity;
        }
    }

    /// <summary>Whether the coordinator may know of a transaction that must be ended.</summary>
    public bool IsStarted
    {
        get
        {
            lock (_gate)
                return _isStarted;
        }
    }

    public bool Is(TransactionState state) => _state == state;

    /// <summary>Throws unless records may be sent and offsets added.</summary>
    public void ThrowUnlessOpen()
    {
        // Asked for every record, so without the lock where all is well.
        if (_state == TransactionState.Open)
            return;

        lock (_gate)
            ThrowUnless(_state == TransactionState.Open);
    }

    /// <summary>Goes from one of some states to another, or throws.</summary>
    public void Move(TransactionState to, params ReadOnlySpan<TransactionState> from)
    {
        lock (_gate)
        {
            ThrowUnless(from.Contains(_state));
            _state = to;
        }
    }

    /// <summary>Between transactions, under this identity.</summary>
    public void BecomeReady(ProducerIdAndEpoch identity, bool isVersion2)
    {
        lock (_gate)
        {
            (_identity, IsVersion2, _state, _cause) = (identity, isVersion2, TransactionState.Ready, null);
            (_isStarted, _isAdding, NeedsNewEpoch) = (false, false, false);
            _added.Clear();
            _asked.Clear();
            _wanted.Clear();
            _groups.Clear();
        }
    }

    /// <summary>Offsets of a group go along; true when the group is new to the transaction and has to be added first.</summary>
    public bool StartOffsets(string group)
    {
        lock (_gate)
        {
            ThrowUnless(_state == TransactionState.Open);
            _isStarted = true;
            return !IsVersion2 && !_groups.Contains(group);
        }
    }

    public void OffsetsStarted(string group)
    {
        lock (_gate)
            _groups.Add(group);
    }

    /// <summary>A coordinator refused: nothing can be done any more, or the transaction must be aborted, or (time-outs) the call may be repeated.</summary>
    public void Refused(FlowLogException problem)
    {
        lock (_gate)
            if (IsFatal(problem.Code))
                (_cause, _state) = (problem, TransactionState.Failed);
            else if (!problem.IsRetriable && _state is TransactionState.Open or TransactionState.Committing)
                (_cause, _state) = (problem, TransactionState.MustAbort);

        wakeSender();
    }

    /// <summary>A record of the open transaction was not even taken.</summary>
    public void NotAccepted(FlowLogException problem)
    {
        lock (_gate)
            if (_state == TransactionState.Open)
                (_cause, _state) = (problem, TransactionState.MustAbort);

        wakeSender();
    }

    /// <summary>Completes when no partitions are being added.</summary>
    public Task AddedAsync()
    {
        lock (_gate)
            return _adding;
    }

    private static bool IsFatal(ErrorCode code) => code is ErrorCode.ProducerFenced or ErrorCode.InvalidTxnState
        or ErrorCode.InvalidProducerIdMapping or ErrorCode.TransactionalIdAuthorizationFailed or ErrorCode.ClusterAuthorizationFailed or ErrorCode.UnsupportedVersion;

    private async Task AddWantedAsync()
    {
        await Task.Yield();
        try
        {
            while (TakeWanted() is { Count: > 0 } wanted)
            {
                await requests.AddPartitionsAsync(Current, wanted, closing);
                lock (_gate)
                    _added.UnionWith(wanted);
                wakeSender();
            }
        }
        catch (FlowLogException problem)
        {
            Refused(problem.IsRetriable ? new FlowLogException(problem.Code, problem.Message, isRetriable: false, problem) : problem);
        }
        catch (OperationCanceledException)
        {
            // The producer is being closed.
        }
        catch (Exception mistake) when (mistake is not OutOfMemoryException)
        {
            Refused(Failures.OfMistake($"Partitions were not added to the transaction of {TransactionalId}", mistake));
        }
    }

    private List<TopicPartition> TakeWanted()
    {
        lock (_gate)
        {
            List<TopicPartition> wanted = [.. _wanted];
            _wanted.Clear();
            _isAdding = wanted.Count > 0;
            return wanted;
        }
    }

    private void ThrowUnless(bool allowed)
    {
        if (allowed)
            return;

        throw _state switch
        {
            TransactionState.Failed => _cause!,
            TransactionState.MustAbort => new FlowLogException(_cause!.Code, $"The transaction has failed and must be aborted: {_cause.Message}", isRetriable: false, _cause),
            TransactionState.Uninitialized => new InvalidOperationException("Initialize transactions first."),
            TransactionState.Ready => new InvalidOperationException("No transaction has been begun."),
            TransactionState.Open => new InvalidOperationException("A transaction is open: commit or abort it first."),
            TransactionState.Committing => new InvalidOperationException("A commit is under way; when it timed out, commit again."),
            _ => new InvalidOperationException("An abort is under way; when it timed out, abort again."),
        };
    }
}
