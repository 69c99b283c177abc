using FlowLog.Protocol.Errors;

namespace FlowLog.Broker.Coordination;

/// <summary>What clients of a coordinator are told when its partition could not be written.</summary>
internal static class CoordinatorErrors
{
    /// <summary>
    /// Whatever may heal is told as a retriable error of coordinators: most clients take an error that they do not expect from this API as fatal.
    /// </summary>
    public static ErrorCode OfAppend(ErrorCode error) => error switch
    {
        ErrorCode.UnknownTopicOrPartition or ErrorCode.NotEnoughReplicas or ErrorCode.RequestTimedOut => ErrorCode.CoordinatorNotAvailable,
        ErrorCode.NotLeaderOrFollower or ErrorCode.KafkaStorageError or ErrorCode.FencedLeaderEpoch => ErrorCode.NotCoordinator,
        ErrorCode.MessageTooLarge or ErrorCode.RecordListTooLarge or ErrorCode.InvalidFetchSize => ErrorCode.UnknownServerError,
        _ => error,
    };
}
