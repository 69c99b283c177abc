namespace FlowLog.Testing.Simulation;

/// <summary>A scenario does not come to its end: nothing can happen any more, or things happen without end.</summary>
/// <param name="elapsed">How much of the world's time had passed.</param>
/// <param name="steps">How much had been run.</param>
/// <param name="endless">Whether it would have gone on for ever.</param>
public sealed class SimulationStuckException(TimeSpan elapsed, long steps, bool endless) : Exception(endless
    ? $"The scenario goes on and on: after {elapsed} and {steps} steps it has not come to its end."
    : $"The scenario waits for something that cannot happen: after {elapsed} and {steps} steps nothing is ready and no timer is set. "
        + "Either it is a deadlock, or something it waits for runs outside of the simulation (ConfigureAwait, Task.Run, a real timer).");
