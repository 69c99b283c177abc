using System.Net;
using FlowLog.Broker.Handlers;
using FlowLog.Protocol.Wire;
using FlowLog.Runtime.Loops;
using FlowLog.Runtime.Network;
using Microsoft.Extensions.Logging;

namespace FlowLog.Broker.Network;

/// <summary>
/// Keeps one connection's requests in order: they start in order, one at a time, except that a produce may start while earlier ones wait for
/// the disk; and answers leave in the order of the requests whoever gives them when.
/// </summary>
internal sealed class RequestPipeline(IServerConnection connection, string listener, int overlappingProduces, ReadingGate gate, ITimers timers, ILogger log)
{
    private readonly Lock _lock = new();
    private readonly Queue<RequestSlot> _inWork = new();
    private readonly Stack<RequestSlot> _idle = new();
    private ApiKey _held;
    private bool _holds;
    private bool _ending;
    private bool _gone;
    private int _mutes;

    /// <summary>Requests that are not answered yet.</summary>
    public int InWork
    {
        get
        {
            lock (_lock)
                return _inWork.Count;
        }
    }

    /// <summary>
    /// The slot for a request of that API, which then is to be handled. Null when it must wait: reading is held until it may start, and the request is then
    /// offered again.
    /// </summary>
    public RequestSlot? TryBegin(ApiKey key)
    {
        lock (_lock)
        {
            if (!MayBegin(key))
            {
                (_holds, _held) = (true, key);
                gate.Hold(HoldReason.Order);
                return null;
            }

            if (!_idle.TryPop(out var slot))
                slot = new RequestSlot(this, listener, connection.Remote, log);

            slot.State = SlotState.Working;
            slot.ApiKey = key;
            _inWork.Enqueue(slot);
            return slot;
        }
    }

    /// <summary>A request is done with. Sends what may leave now.</summary>
    public void Finish(RequestSlot slot, OutgoingFrame? answer, bool closes)
    {
        lock (_lock)
        {
            if (slot.State == SlotState.Working)
            {
                (slot.State, slot.Answer, slot.Closes) = (SlotState.Done, answer, closes);
                SendFinished();
                return;
            }
        }

        answer?.Dispose();
        if (slot.State != SlotState.Abandoned)
            throw new InvalidOperationException($"A request was answered twice; the slot last held {slot.ApiKey} v{slot.Version}.");
    }

    /// <summary>No further request starts. The connection is closed once those in work are answered.</summary>
    public void EndAfterAnswers()
    {
        lock (_lock)
        {
            _ending = true;
            if (_inWork.Count == 0)
                connection.Close();
        }
    }

    /// <summary>The connection is gone: whoever works on its requests is told to stop.</summary>
    public void Abandon()
    {
        List<Action>? callbacks = null;
        lock (_lock)
        {
            _gone = true;
            foreach (var slot in _inWork)
            {
                if (slot.State == SlotState.Working && slot.Abandoned is { } callback)
                    (callbacks ??= []).Add(callback);

                slot.State = SlotState.Abandoned;
                slot.Answer?.Dispose();
                (slot.Answer, slot.Abandoned) = (null, null);
            }

            _inWork.Clear();
        }

        callbacks?.ForEach(callback => callback());
    }

    /// <summary>Has <paramref name="callback"/> called when the connection goes before the request is answered; at once when it is gone.</summary>
    public void WhenAbandoned(RequestSlot slot, Action callback)
    {
        lock (_lock)
        {
            if (slot.State != SlotState.Abandoned)
            {
                slot.Abandoned = callback;
                return;
            }
        }

        callback();
    }

    // Whatever is not a produce is in work alone, so the first one tells what all of them are.
    private bool MayBegin(ApiKey key) =>
        !_inWork.TryPeek(out var first) || (key == ApiKey.Produce && first.ApiKey == ApiKey.Produce && _inWork.Count < overlappingProduces);

    private void SendFinished()
    {
        while (!_gone && _inWork.TryPeek(out var first) && first.State == SlotState.Done)
        {
            _inWork.Dequeue();
            if (first.Closes)
            {
                _ending = _gone = true;
                connection.Close();
                return;
            }

            if (first.Answer is { } answer)
                connection.Send(answer);

            if (first.Mute > TimeSpan.Zero)
                StartMute(first.Mute);

            (first.State, first.Answer, first.Abandoned, first.Mute) = (SlotState.Idle, null, null, default);
            _idle.Push(first);
        }

        if (_ending && _inWork.Count == 0)
        {
            connection.Close();
        }
        else if (_holds && MayBegin(_held))
        {
            _holds = false;
            gate.Free(HoldReason.Order);
        }
    }

    private void StartMute(TimeSpan time)
    {
        _mutes++;
        gate.Hold(HoldReason.Throttle);
        timers.Schedule(time, EndMute);
    }

    private void EndMute()
    {
        lock (_lock)
        {
            if (--_mutes == 0)
                gate.Free(HoldReason.Throttle);
        }
    }
}
