using static FlowLog.Protocol.Errors.ErrorCode;

namespace FlowLog.Protocol.Errors;

/// <summary>What the protocol says about an error code.</summary>
/// <param name="Code">The code.</param>
/// <param name="Name">Its name as Kafka's tools print it: <c>NOT_LEADER_OR_FOLLOWER</c>.</param>
/// <param name="IsRetriable">Whether clients try again, perhaps after looking up who is responsible now.</param>
/// <param name="Sentence">What it means, for people.</param>
public sealed record ErrorDescription(ErrorCode Code, string Name, bool IsRetriable, string Sentence);

/// <summary>The table of error codes.</summary>
public static class ErrorCodes
{
    /// <summary>Every code, ascending, from -1.</summary>
    public static IReadOnlyList<ErrorDescription> All => s_table;

    /// <summary>What is known of a code; a code from a newer peer is described as unknown and not worth a retry.</summary>
    public static ErrorDescription Describe(ErrorCode code)
    {
        // The table starts at -1 and has no gaps, which a test holds.
        var row = (short)code + 1;
        return row >= 0 && row < s_table.Length
            ? s_table[row]
            : new ErrorDescription(code, $"ERROR_{(short)code}", false, $"A code that this version does not know: {(short)code}.");
    }

    /// <summary>Whether clients try again after this code.</summary>
    public static bool IsRetriable(this ErrorCode code) => Describe(code).IsRetriable;

    private static readonly ErrorDescription[] s_table =
    [
        new(UnknownServerError, "UNKNOWN_SERVER_ERROR", false, "The server met a condition that it did not expect."),
        new(None, "NONE", false, "All is well."),
        new(OffsetOutOfRange, "OFFSET_OUT_OF_RANGE", false, "The offset lies outside of what the partition holds."),
        new(CorruptMessage, "CORRUPT_MESSAGE", true, "The records fail their checksum, are too large for their frame, or are otherwise malformed."),
        new(UnknownTopicOrPartition, "UNKNOWN_TOPIC_OR_PARTITION", true, "This server does not host this topic or partition."),
        new(InvalidFetchSize, "INVALID_FETCH_SIZE", false, "The fetch asks for an invalid number of bytes."),
        new(LeaderNotAvailable, "LEADER_NOT_AVAILABLE", true, "The partition has no leader at the moment."),
        new(NotLeaderOrFollower, "NOT_LEADER_OR_FOLLOWER", true, "This broker is not the leader of the partition, or not one of its replicas."),
        new(RequestTimedOut, "REQUEST_TIMED_OUT", true, "The time of the request ran out before it was done."),
        new(BrokerNotAvailable, "BROKER_NOT_AVAILABLE", false, "The broker is not available."),
        new(ReplicaNotAvailable, "REPLICA_NOT_AVAILABLE", true, "The replica asked for is not available."),
        new(MessageTooLarge, "MESSAGE_TOO_LARGE", false, "The batch is larger than the topic allows."),
        new(StaleControllerEpoch, "STALE_CONTROLLER_EPOCH", false, "The controller has moved to another broker since."),
        new(OffsetMetadataTooLarge, "OFFSET_METADATA_TOO_LARGE", false, "The metadata of the committed offset is too long."),
        new(NetworkException, "NETWORK_EXCEPTION", true, "The connection was lost before an answer came."),
        new(CoordinatorLoadInProgress, "COORDINATOR_LOAD_IN_PROGRESS", true, "The coordinator is loading its state; try again."),
        new(CoordinatorNotAvailable, "COORDINATOR_NOT_AVAILABLE", true, "The coordinator is not available; look it up again."),
        new(NotCoordinator, "NOT_COORDINATOR", true, "This broker is not the coordinator; look it up again."),
        new(InvalidTopic, "INVALID_TOPIC_EXCEPTION", false, "The name of the topic is not allowed, or the request may not touch this topic."),
        new(RecordListTooLarge, "RECORD_LIST_TOO_LARGE", false, "The batches are larger than a segment of the log."),
        new(NotEnoughReplicas, "NOT_ENOUGH_REPLICAS", true, "Fewer replicas are in sync than the topic demands; nothing was written."),
        new(NotEnoughReplicasAfterAppend, "NOT_ENOUGH_REPLICAS_AFTER_APPEND", true, "The records were written, but to fewer in-sync replicas than the topic demands."),
        new(InvalidRequiredAcks, "INVALID_REQUIRED_ACKS", false, "The acknowledgement asked for is none of -1, 0 and 1."),
        new(IllegalGeneration, "ILLEGAL_GENERATION", false, "The generation of the group has passed."),
        new(InconsistentGroupProtocol, "INCONSISTENT_GROUP_PROTOCOL", false, "The member shares no protocol with the rest of the group, or is of another type."),
        new(InvalidGroupId, "INVALID_GROUP_ID", false, "The group id is not allowed."),
        new(UnknownMemberId, "UNKNOWN_MEMBER_ID", false, "The coordinator does not know this member."),
        new(InvalidSessionTimeout, "INVALID_SESSION_TIMEOUT", false, "The session time-out lies outside of what the coordinator allows."),
        new(RebalanceInProgress, "REBALANCE_IN_PROGRESS", false, "The group is rebalancing; join again."),
        new(InvalidCommitOffsetSize, "INVALID_COMMIT_OFFSET_SIZE", false, "The commit is too large to be stored."),
        new(TopicAuthorizationFailed, "TOPIC_AUTHORIZATION_FAILED", false, "The principal may not do this with the topic."),
        new(GroupAuthorizationFailed, "GROUP_AUTHORIZATION_FAILED", false, "The principal may not do this with the group."),
        new(ClusterAuthorizationFailed, "CLUSTER_AUTHORIZATION_FAILED", false, "The principal may not do this with the cluster."),
        new(InvalidTimestamp, "INVALID_TIMESTAMP", false, "The timestamp of a record lies outside of what the topic allows."),
        new(UnsupportedSaslMechanism, "UNSUPPORTED_SASL_MECHANISM", false, "The server does not offer this SASL mechanism."),
        new(IllegalSaslState, "ILLEGAL_SASL_STATE", false, "The request does not fit the state of the authentication."),
        new(UnsupportedVersion, "UNSUPPORTED_VERSION", false, "The server does not speak this version of the API."),
        new(TopicAlreadyExists, "TOPIC_ALREADY_EXISTS", false, "A topic of this name exists."),
        new(InvalidPartitions, "INVALID_PARTITIONS", false, "The number of partitions is not allowed."),
        new(InvalidReplicationFactor, "INVALID_REPLICATION_FACTOR", false, "The replication factor is not positive, or larger than the number of brokers."),
        new(InvalidReplicaAssignment, "INVALID_REPLICA_ASSIGNMENT", false, "The assignment of replicas is not valid."),
        new(InvalidConfig, "INVALID_CONFIG", false, "A configuration is not valid."),
        new(NotController, "NOT_CONTROLLER", true, "This node is not the active controller."),
        new(InvalidRequest, "INVALID_REQUEST", false, "The request contradicts itself or lacks something."),
        new(UnsupportedForMessageFormat, "UNSUPPORTED_FOR_MESSAGE_FORMAT", false, "The format of the records does not support this."),
        new(PolicyViolation, "POLICY_VIOLATION", false, "A policy of the server forbids it."),
        new(OutOfOrderSequenceNumber, "OUT_OF_ORDER_SEQUENCE_NUMBER", false, "The sequence number of the batch does not follow the last one."),
        new(DuplicateSequenceNumber, "DUPLICATE_SEQUENCE_NUMBER", false, "The batch was written before."),
        new(InvalidProducerEpoch, "INVALID_PRODUCER_EPOCH", false, "The epoch of the producer has passed."),
        new(InvalidTxnState, "INVALID_TXN_STATE", false, "The transaction is in a state that does not allow it."),
        new(InvalidProducerIdMapping, "INVALID_PRODUCER_ID_MAPPING", false, "The transactional id belongs to another producer id."),
        new(InvalidTransactionTimeout, "INVALID_TRANSACTION_TIMEOUT", false, "The time-out of the transaction is longer than the server allows."),
        new(ConcurrentTransactions, "CONCURRENT_TRANSACTIONS", true, "The transaction before this one is still being completed; try again."),
        new(TransactionCoordinatorFenced, "TRANSACTION_COORDINATOR_FENCED", false, "A newer transaction coordinator has taken over."),
        new(TransactionalIdAuthorizationFailed, "TRANSACTIONAL_ID_AUTHORIZATION_FAILED", false, "The principal may not use this transactional id."),
        new(SecurityDisabled, "SECURITY_DISABLED", false, "Security is not configured on this server."),
        new(OperationNotAttempted, "OPERATION_NOT_ATTEMPTED", false, "Nothing was tried, because another part of the request failed."),
        new(KafkaStorageError, "KAFKA_STORAGE_ERROR", true, "The disk of the log failed."),
        new(LogDirNotFound, "LOG_DIR_NOT_FOUND", false, "The log directory is not one of this broker."),
        new(SaslAuthenticationFailed, "SASL_AUTHENTICATION_FAILED", false, "The credentials were refused."),
        new(UnknownProducerId, "UNKNOWN_PRODUCER_ID", false, "The broker no longer knows the producer: its records have been removed."),
        new(ReassignmentInProgress, "REASSIGNMENT_IN_PROGRESS", false, "The partition is being reassigned."),
        new(DelegationTokenAuthDisabled, "DELEGATION_TOKEN_AUTH_DISABLED", false, "Delegation tokens are not enabled."),
        new(DelegationTokenNotFound, "DELEGATION_TOKEN_NOT_FOUND", false, "The server does not have this delegation token."),
        new(DelegationTokenOwnerMismatch, "DELEGATION_TOKEN_OWNER_MISMATCH", false, "The principal is neither owner nor renewer of the token."),
        new(DelegationTokenRequestNotAllowed, "DELEGATION_TOKEN_REQUEST_NOT_ALLOWED", false, "Tokens cannot be asked for over this kind of connection."),
        new(DelegationTokenAuthorizationFailed, "DELEGATION_TOKEN_AUTHORIZATION_FAILED", false, "The principal may not do this with delegation tokens."),
        new(DelegationTokenExpired, "DELEGATION_TOKEN_EXPIRED", false, "The delegation token has expired."),
        new(InvalidPrincipalType, "INVALID_PRINCIPAL_TYPE", false, "The type of principal is not supported."),
        new(NonEmptyGroup, "NON_EMPTY_GROUP", false, "The group still has members."),
        new(GroupIdNotFound, "GROUP_ID_NOT_FOUND", false, "The group does not exist."),
        new(FetchSessionIdNotFound, "FETCH_SESSION_ID_NOT_FOUND", true, "The broker does not know the fetch session; start a new one."),
        new(InvalidFetchSessionEpoch, "INVALID_FETCH_SESSION_EPOCH", true, "The epoch of the fetch session is not the next one."),
        new(ListenerNotFound, "LISTENER_NOT_FOUND", true, "The leader has no listener of the kind the request came in on."),
        new(TopicDeletionDisabled, "TOPIC_DELETION_DISABLED", false, "Topics cannot be deleted on this server."),
        new(FencedLeaderEpoch, "FENCED_LEADER_EPOCH", true, "The request's leader epoch is older than the broker's."),
        new(UnknownLeaderEpoch, "UNKNOWN_LEADER_EPOCH", true, "The request's leader epoch is newer than the broker's."),
        new(UnsupportedCompressionType, "UNSUPPORTED_COMPRESSION_TYPE", false, "The client cannot read the compression, or the server does not allow it."),
        new(StaleBrokerEpoch, "STALE_BROKER_EPOCH", false, "The broker has registered anew since."),
        new(OffsetNotAvailable, "OFFSET_NOT_AVAILABLE", true, "The high watermark of the new leader is not yet sure; try again."),
        new(MemberIdRequired, "MEMBER_ID_REQUIRED", false, "The member joins again with the id that it has just been given."),
        new(PreferredLeaderNotAvailable, "PREFERRED_LEADER_NOT_AVAILABLE", true, "The preferred leader is not available."),
        new(GroupMaxSizeReached, "GROUP_MAX_SIZE_REACHED", false, "The group has as many members as it may have."),
        new(FencedInstanceId, "FENCED_INSTANCE_ID", false, "Another member has taken over the static instance id."),
        new(EligibleLeadersNotAvailable, "ELIGIBLE_LEADERS_NOT_AVAILABLE", true, "No replica that could become leader is available."),
        new(ElectionNotNeeded, "ELECTION_NOT_NEEDED", true, "The right leader leads already."),
        new(NoReassignmentInProgress, "NO_REASSIGNMENT_IN_PROGRESS", false, "The partition is not being reassigned."),
        new(GroupSubscribedToTopic, "GROUP_SUBSCRIBED_TO_TOPIC", false, "A member of the group still subscribes to the topic."),
        new(InvalidRecord, "INVALID_RECORD", false, "A record was refused by validation."),
        new(UnstableOffsetCommit, "UNSTABLE_OFFSET_COMMIT", true, "Offsets of an open transaction are not yet decided; try again."),
        new(ThrottlingQuotaExceeded, "THROTTLING_QUOTA_EXCEEDED", true, "The quota is exhausted; try again later."),
        new(ProducerFenced, "PRODUCER_FENCED", false, "A newer producer with the same transactional id has taken over."),
        new(ResourceNotFound, "RESOURCE_NOT_FOUND", false, "The resource does not exist."),
        new(DuplicateResource, "DUPLICATE_RESOURCE", false, "The request names a resource twice."),
        new(UnacceptableCredential, "UNACCEPTABLE_CREDENTIAL", false, "The credential does not meet the requirements."),
        new(InconsistentVoterSet, "INCONSISTENT_VOTER_SET", false, "The voter is not one of those this node knows."),
        new(InvalidUpdateVersion, "INVALID_UPDATE_VERSION", false, "The version to update from is not the current one."),
        new(FeatureUpdateFailed, "FEATURE_UPDATE_FAILED", false, "The feature levels could not be changed."),
        new(PrincipalDeserializationFailure, "PRINCIPAL_DESERIALIZATION_FAILURE", false, "The principal of a forwarded request could not be read."),
        new(SnapshotNotFound, "SNAPSHOT_NOT_FOUND", false, "The snapshot does not exist."),
        new(PositionOutOfRange, "POSITION_OUT_OF_RANGE", false, "The position lies outside of the snapshot."),
        new(UnknownTopicId, "UNKNOWN_TOPIC_ID", true, "This server does not host a topic of this id."),
        new(DuplicateBrokerRegistration, "DUPLICATE_BROKER_REGISTRATION", false, "Another running broker has this id."),
        new(BrokerIdNotRegistered, "BROKER_ID_NOT_REGISTERED", false, "No broker of this id is registered."),
        new(InconsistentTopicId, "INCONSISTENT_TOPIC_ID", true, "The id in the log and the id in the request differ."),
        new(InconsistentClusterId, "INCONSISTENT_CLUSTER_ID", false, "The request was meant for another cluster."),
        new(TransactionalIdNotFound, "TRANSACTIONAL_ID_NOT_FOUND", false, "The transactional id does not exist."),
        new(FetchSessionTopicIdError, "FETCH_SESSION_TOPIC_ID_ERROR", true, "The fetch session changed between names and ids of topics; start a new one."),
        new(IneligibleReplica, "INELIGIBLE_REPLICA", false, "The replica may not join the in-sync set."),
        new(NewLeaderElected, "NEW_LEADER_ELECTED", false, "The change took effect, and it made another replica leader."),
        new(OffsetMovedToTieredStorage, "OFFSET_MOVED_TO_TIERED_STORAGE", false, "The offset is only in tiered storage."),
        new(FencedMemberEpoch, "FENCED_MEMBER_EPOCH", false, "The coordinator's epoch of the member differs; join again."),
        new(UnreleasedInstanceId, "UNRELEASED_INSTANCE_ID", false, "Another member still holds the instance id."),
        new(UnsupportedAssignor, "UNSUPPORTED_ASSIGNOR", false, "The coordinator does not have the assignor."),
        new(StaleMemberEpoch, "STALE_MEMBER_EPOCH", false, "The epoch of the member has passed; it has a newer one."),
        new(MismatchedEndpointType, "MISMATCHED_ENDPOINT_TYPE", false, "The request reached a listener of the wrong kind."),
        new(UnsupportedEndpointType, "UNSUPPORTED_ENDPOINT_TYPE", false, "This kind of endpoint is not supported."),
        new(UnknownControllerId, "UNKNOWN_CONTROLLER_ID", false, "No controller of this id is known."),
        new(UnknownSubscriptionId, "UNKNOWN_SUBSCRIPTION_ID", false, "The telemetry subscription of the client is not the current one."),
        new(TelemetryTooLarge, "TELEMETRY_TOO_LARGE", false, "The telemetry is larger than the server accepts."),
        new(InvalidRegistration, "INVALID_REGISTRATION", false, "The registration of the node contradicts the cluster."),
        new(TransactionAbortable, "TRANSACTION_ABORTABLE", false, "The transaction has to be aborted; the producer may go on afterwards."),
        new(InvalidRecordState, "INVALID_RECORD_STATE", false, "The record is not in a state that can be acknowledged."),
        new(ShareSessionNotFound, "SHARE_SESSION_NOT_FOUND", true, "The broker does not know the share session."),
        new(InvalidShareSessionEpoch, "INVALID_SHARE_SESSION_EPOCH", true, "The epoch of the share session is not the next one."),
        new(FencedStateEpoch, "FENCED_STATE_EPOCH", false, "The share coordinator's epoch of the state is newer."),
        new(InvalidVoterKey, "INVALID_VOTER_KEY", false, "The voter is not the one that was meant."),
        new(DuplicateVoter, "DUPLICATE_VOTER", false, "The voter is one already."),
        new(VoterNotFound, "VOTER_NOT_FOUND", false, "The voter is not part of the quorum."),
        new(InvalidRegularExpression, "INVALID_REGULAR_EXPRESSION", false, "The regular expression is not valid."),
        new(RebootstrapRequired, "REBOOTSTRAP_REQUIRED", false, "The client should forget what it knows of the cluster and start from its bootstrap servers."),
        new(StreamsInvalidTopology, "STREAMS_INVALID_TOPOLOGY", false, "The topology of the application is not valid."),
        new(StreamsInvalidTopologyEpoch, "STREAMS_INVALID_TOPOLOGY_EPOCH", false, "The epoch of the topology is not valid."),
        new(StreamsTopologyFenced, "STREAMS_TOPOLOGY_FENCED", false, "The topology of the member is older than that of the group."),
        new(ShareSessionLimitReached, "SHARE_SESSION_LIMIT_REACHED", true, "The broker has as many share sessions as it may have."),
        new(GroupDeletionFailed, "GROUP_DELETION_FAILED", false, "The group could not be deleted."),
        new(StreamsTopologyDescriptionUpdateFailed, "STREAMS_TOPOLOGY_DESCRIPTION_UPDATE_FAILED", false, "The description of the topology could not be stored."),
        new(ControllerIdNotRegistered, "CONTROLLER_ID_NOT_REGISTERED", false, "No controller of this id is registered."),
    ];
}
