using FlowLog.Runtime.Loops;
using FlowLog.Testing.Simulation;

namespace FlowLog.Broker.Tests;

/// <summary>Timers that fire when a test says that time has passed.</summary>
internal sealed class ManualTimers(ManualTimeProvider clock) : ITimers
{
    private readonly List<Handle> _scheduled = [];

    public int Count => _scheduled.Count(handle => !handle.IsDone);

    public ITimerHandle Schedule(TimeSpan delay, Action callback)
    {
        var handle = new Handle(clock.Elapsed + delay, callback);
        _scheduled.Add(handle);
        return handle;
    }

    public void Advance(TimeSpan time)
    {
        clock.Advance(time);
        foreach (var due in _scheduled.Where(handle => handle.Due <= clock.Elapsed).OrderBy(handle => handle.Due).ToList())
        {
            if (due.Cancel())
                due.Callback();
        }
    }

    private sealed class Handle(TimeSpan due, Action callback) : ITimerHandle
    {
        public TimeSpan Due => due;

        public Action Callback => callback;

        public bool IsDone { get; private set; }

        public bool Cancel()
        {
            var wasPending = !IsDone;
            IsDone = true;
            return wasPending;
        }
    }
}
