using FlowLog.Protocol.Errors;

namespace FlowLog.Broker.Coordination;

/// <summary>Makes the topics that coordinators write to, when the first request needs one. Implemented by the controller's side.</summary>
internal interface IInternalTopics
{
    /// <summary>
    /// Creates <paramref name="topic"/>, with the partitions, replicas and configs that the broker's options give it, unless it exists. Calls
    /// <paramref name="done"/> once, from any thread: with no error when the committed image holds the topic, else with why it does not.
    /// </summary>
    void Ensure(string topic, Action<ErrorCode> done);
}
