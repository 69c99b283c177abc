namespace FlowLog.Runtime.Loops;

/// <summary>What a supervisor does when a loop ends although nobody asked it to.</summary>
public enum RestartPolicy
{
    /// <summary>Start it again after a pause that doubles from 100 ms up to 10 s and resets once it has run for a minute.</summary>
    Restart,

    /// <summary>Leave it dead and report the process as unhealthy.</summary>
    FailHealth,
}
