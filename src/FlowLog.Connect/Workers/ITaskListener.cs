namespace FlowLog.Connect.Workers;

/// <summary>Told what a task does, on the task's own loop; must only take a note.</summary>
internal interface ITaskListener
{
    void Running();

    void Paused();

    /// <summary>The source has nothing more to read, ever.</summary>
    void Finished();

    void Failed(Exception why);

    /// <summary>Stopped because it was told to.</summary>
    void Stopped();

    /// <summary>A record of this topic passed through.</summary>
    void Uses(string topic);
}
