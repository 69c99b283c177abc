using FlowLog.Runtime.Network;

namespace FlowLog.Broker.Network;

/// <summary>Why a connection is not read for now.</summary>
[Flags]
internal enum HoldReason
{
    /// <summary>It is read.</summary>
    None = 0,

    /// <summary>The next request must wait for the answer to an earlier one.</summary>
    Order = 1,

    /// <summary>The client was told to slow down.</summary>
    Throttle = 2,

    /// <summary>A large request waits for memory.</summary>
    Memory = 4,
}

/// <summary>Reading goes on once every reason to hold it has gone. Thread-safe.</summary>
internal sealed class ReadingGate(IServerConnection connection)
{
    private readonly Lock _lock = new();
    private volatile HoldReason _reasons;

    public bool IsOpen => _reasons == HoldReason.None;

    public void Hold(HoldReason reason)
    {
        lock (_lock)
        {
            if (_reasons == HoldReason.None)
                connection.PauseReading();

            _reasons |= reason;
        }
    }

    public void Free(HoldReason reason)
    {
        lock (_lock)
        {
            if (_reasons == HoldReason.None)
                return;

            _reasons &= ~reason;
            if (_reasons == HoldReason.None)
                connection.ResumeReading();
        }
    }
}
