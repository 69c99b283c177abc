namespace FlowLog.Streams;

/// <summary>A scheduled punctuation that can be called off.</summary>
public interface ICancellable
{
    /// <summary>Ends the schedule. Harmless when it has ended already, and from inside the punctuation.</summary>
    void Cancel();
}
