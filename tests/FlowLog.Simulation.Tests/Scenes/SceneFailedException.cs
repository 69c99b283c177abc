using FlowLog.Simulation.Tests.Faults;

namespace FlowLog.Simulation.Tests.Scenes;

/// <summary>A run failed; the message tells why, what had happened, and how to see it again.</summary>
internal sealed class SceneFailedException : Exception
{
    public SceneFailedException(Exception why, string journal)
        : base($"{(why is InvariantException ? "" : $"{why.GetType().Name}: ")}{why.Message}\n--- what happened ---\n{journal}", why)
    {
    }

    public SceneFailedException(Schedule schedule, Exception why)
        : base($"{schedule}\nFLOWLOG_SIMULATION_REPLAY=\"{schedule.Code}\"\n{why.Message}", why)
    {
    }
}
