using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;

namespace FlowLog.Broker.Coordination;

/// <summary>Makes the topics that coordinators write to, when the first request needs one, and those inside of the applications of streams groups. Implemented by the controller's side.</summary>
internal interface IInternalTopics
{
    /// <summary>
    /// Creates <paramref name="topic"/>, with the partitions, replicas and configs that the broker's options give it, unless it exists. Calls
    /// <paramref name="done"/> once, from any thread: with no error when the committed image holds the topic, else with why it does not.
    /// </summary>
    void Ensure(string topic, Action<ErrorCode> done);

    /// <summary>Creates a topic of a streams group as its topology wants it. Nobody waits for it: who needs it asks again, and for <see cref="LastFailure"/> too.</summary>
    void Create(CreateTopicsRequest.CreatableTopic plan);

    /// <summary>Why a topic of a streams group could not be created when that was last tried; null if it could, or was not tried.</summary>
    string? LastFailure(string topic);
}
