namespace FlowLog.Protocol.Errors;

/// <summary>The error codes of the protocol. <see cref="ErrorCodes.Describe"/> gives the name on the wire, whether a retry can help, and a sentence.</summary>
public enum ErrorCode : short
{
    /// <summary>The server met a condition that it did not expect.</summary>
    UnknownServerError = -1,

    /// <summary>All is well.</summary>
    None = 0,

    /// <summary>The offset lies outside of what the partition holds.</summary>
    OffsetOutOfRange = 1,

    /// <summary>The records fail their checksum, are too large for their frame, or are otherwise malformed. A retry can help.</summary>
    CorruptMessage = 2,

    /// <summary>This server does not host this topic or partition. A retry can help.</summary>
    UnknownTopicOrPartition = 3,

    /// <summary>The fetch asks for an invalid number of bytes.</summary>
    InvalidFetchSize = 4,

    /// <summary>The partition has no leader at the moment. A retry can help.</summary>
    LeaderNotAvailable = 5,

    /// <summary>This broker is not the leader of the partition, or not one of its replicas. A retry can help.</summary>
    NotLeaderOrFollower = 6,

    /// <summary>The time of the request ran out before it was done. A retry can help.</summary>
    RequestTimedOut = 7,

    /// <summary>The broker is not available.</summary>
    BrokerNotAvailable = 8,

    /// <summary>The replica asked for is not available. A retry can help.</summary>
    ReplicaNotAvailable = 9,

    /// <summary>The batch is larger than the topic allows.</summary>
    MessageTooLarge = 10,

    /// <summary>The controller has moved to another broker since.</summary>
    StaleControllerEpoch = 11,

    /// <summary>The metadata of the committed offset is too long.</summary>
    OffsetMetadataTooLarge = 12,

    /// <summary>The connection was lost before an answer came. A retry can help.</summary>
    NetworkException = 13,

    /// <summary>The coordinator is loading its state; try again. A retry can help.</summary>
    CoordinatorLoadInProgress = 14,

    /// <summary>The coordinator is not available; look it up again. A retry can help.</summary>
    CoordinatorNotAvailable = 15,

    /// <summary>This broker is not the coordinator; look it up again. A retry can help.</summary>
    NotCoordinator = 16,

    /// <summary>The name of the topic is not allowed, or the request may not touch this topic.</summary>
    InvalidTopic = 17,

    /// <summary>The batches are larger than a segment of the log.</summary>
    RecordListTooLarge = 18,

    /// <summary>Fewer replicas are in sync than the topic demands; nothing was written. A retry can help.</summary>
    NotEnoughReplicas = 19,

    /// <summary>The records were written, but to fewer in-sync replicas than the topic demands. A retry can help.</summary>
    NotEnoughReplicasAfterAppend = 20,

    /// <summary>The acknowledgement asked for is none of -1, 0 and 1.</summary>
    InvalidRequiredAcks = 21,

    /// <summary>The generation of the group has passed.</summary>
    IllegalGeneration = 22,

    /// <summary>The member shares no protocol with the rest of the group, or is of another type.</summary>
    InconsistentGroupProtocol = 23,

    /// <summary>The group id is not allowed.</summary>
    InvalidGroupId = 24,

    /// <summary>The coordinator does not know this member.</summary>
    UnknownMemberId = 25,

    /// <summary>The session time-out lies outside of what the coordinator allows.</summary>
    InvalidSessionTimeout = 26,

    /// <summary>The group is rebalancing; join again.</summary>
    RebalanceInProgress = 27,

    /// <summary>The commit is too large to be stored.</summary>
    InvalidCommitOffsetSize = 28,

    /// <summary>The principal may not do this with the topic.</summary>
    TopicAuthorizationFailed = 29,

    /// <summary>The principal may not do this with the group.</summary>
    GroupAuthorizationFailed = 30,

    /// <summary>The principal may not do this with the cluster.</summary>
    ClusterAuthorizationFailed = 31,

    /// <summary>The timestamp of a record lies outside of what the topic allows.</summary>
    InvalidTimestamp = 32,

    /// <summary>The server does not offer this SASL mechanism.</summary>
    UnsupportedSaslMechanism = 33,

    /// <summary>The request does not fit the state of the authentication.</summary>
    IllegalSaslState = 34,

    /// <summary>The server does not speak this version of the API.</summary>
    UnsupportedVersion = 35,

    /// <summary>A topic of this name exists.</summary>
    TopicAlreadyExists = 36,

    /// <summary>The number of partitions is not allowed.</summary>
    InvalidPartitions = 37,

    /// <summary>The replication factor is not positive, or larger than the number of brokers.</summary>
    InvalidReplicationFactor = 38,

    /// <summary>The assignment of replicas is not valid.</summary>
    InvalidReplicaAssignment = 39,

    /// <summary>A configuration is not valid.</summary>
    InvalidConfig = 40,

    /// <summary>This node is not the active controller. A retry can help.</summary>
    NotController = 41,

    /// <summary>The request contradicts itself or lacks something.</summary>
    InvalidRequest = 42,

    /// <summary>The format of the records does not support this.</summary>
    UnsupportedForMessageFormat = 43,

    /// <summary>A policy of the server forbids it.</summary>
    PolicyViolation = 44,

    /// <summary>The sequence number of the batch does not follow the last one.</summary>
    OutOfOrderSequenceNumber = 45,

    /// <summary>The batch was written before.</summary>
    DuplicateSequenceNumber = 46,

    /// <summary>The epoch of the producer has passed.</summary>
    InvalidProducerEpoch = 47,

    /// <summary>The transaction is in a state that does not allow it.</summary>
    InvalidTxnState = 48,

    /// <summary>The transactional id belongs to another producer id.</summary>
    InvalidProducerIdMapping = 49,

    /// <summary>The time-out of the transaction is longer than the server allows.</summary>
    InvalidTransactionTimeout = 50,

    /// <summary>The transaction before this one is still being completed; try again. A retry can help.</summary>
    ConcurrentTransactions = 51,

    /// <summary>A newer transaction coordinator has taken over.</summary>
    TransactionCoordinatorFenced = 52,

    /// <summary>The principal may not use this transactional id.</summary>
    TransactionalIdAuthorizationFailed = 53,

    /// <summary>Security is not configured on this server.</summary>
    SecurityDisabled = 54,

    /// <summary>Nothing was tried, because another part of the request failed.</summary>
    OperationNotAttempted = 55,

    /// <summary>The disk of the log failed. A retry can help.</summary>
    KafkaStorageError = 56,

    /// <summary>The log directory is not one of this broker.</summary>
    LogDirNotFound = 57,

    /// <summary>The credentials were refused.</summary>
    SaslAuthenticationFailed = 58,

    /// <summary>The broker no longer knows the producer: its records have been removed.</summary>
    UnknownProducerId = 59,

    /// <summary>The partition is being reassigned.</summary>
    ReassignmentInProgress = 60,

    /// <summary>Delegation tokens are not enabled.</summary>
    DelegationTokenAuthDisabled = 61,

    /// <summary>The server does not have this delegation token.</summary>
    DelegationTokenNotFound = 62,

    /// <summary>The principal is neither owner nor renewer of the token.</summary>
    DelegationTokenOwnerMismatch = 63,

    /// <summary>Tokens cannot be asked for over this kind of connection.</summary>
    DelegationTokenRequestNotAllowed = 64,

    /// <summary>The principal may not do this with delegation tokens.</summary>
    DelegationTokenAuthorizationFailed = 65,

    /// <summary>The delegation token has expired.</summary>
    DelegationTokenExpired = 66,

    /// <summary>The type of principal is not supported.</summary>
    InvalidPrincipalType = 67,

    /// <summary>The group still has members.</summary>
    NonEmptyGroup = 68,

    /// <summary>The group does not exist.</summary>
    GroupIdNotFound = 69,

    /// <summary>The broker does not know the fetch session; start a new one. A retry can help.</summary>
    FetchSessionIdNotFound = 70,

    /// <summary>The epoch of the fetch session is not the next one. A retry can help.</summary>
    InvalidFetchSessionEpoch = 71,

    /// <summary>The leader has no listener of the kind the request came in on. A retry can help.</summary>
    ListenerNotFound = 72,

    /// <summary>Topics cannot be deleted on this server.</summary>
    TopicDeletionDisabled = 73,

    /// <summary>The request's leader epoch is older than the broker's. A retry can help.</summary>
    FencedLeaderEpoch = 74,

    /// <summary>The request's leader epoch is newer than the broker's. A retry can help.</summary>
    UnknownLeaderEpoch = 75,

    /// <summary>The client cannot read the compression, or the server does not allow it.</summary>
    UnsupportedCompressionType = 76,

    /// <summary>The broker has registered anew since.</summary>
    StaleBrokerEpoch = 77,

    /// <summary>The high watermark of the new leader is not yet sure; try again. A retry can help.</summary>
    OffsetNotAvailable = 78,

    /// <summary>The member joins again with the id that it has just been given.</summary>
    MemberIdRequired = 79,

    /// <summary>The preferred leader is not available. A retry can help.</summary>
    PreferredLeaderNotAvailable = 80,

    /// <summary>The group has as many members as it may have.</summary>
    GroupMaxSizeReached = 81,

    /// <summary>Another member has taken over the static instance id.</summary>
    FencedInstanceId = 82,

    /// <summary>No replica that could become leader is available. A retry can help.</summary>
    EligibleLeadersNotAvailable = 83,

    /// <summary>The right leader leads already. A retry can help.</summary>
    ElectionNotNeeded = 84,

    /// <summary>The partition is not being reassigned.</summary>
    NoReassignmentInProgress = 85,

    /// <summary>A member of the group still subscribes to the topic.</summary>
    GroupSubscribedToTopic = 86,

    /// <summary>A record was refused by validation.</summary>
    InvalidRecord = 87,

    /// <summary>Offsets of an open transaction are not yet decided; try again. A retry can help.</summary>
    UnstableOffsetCommit = 88,

    /// <summary>The quota is exhausted; try again later. A retry can help.</summary>
    ThrottlingQuotaExceeded = 89,

    /// <summary>A newer producer with the same transactional id has taken over.</summary>
    ProducerFenced = 90,

    /// <summary>The resource does not exist.</summary>
    ResourceNotFound = 91,

    /// <summary>The request names a resource twice.</summary>
    DuplicateResource = 92,

    /// <summary>The credential does not meet the requirements.</summary>
    UnacceptableCredential = 93,

    /// <summary>The voter is not one of those this node knows.</summary>
    InconsistentVoterSet = 94,

    /// <summary>The version to update from is not the current one.</summary>
    InvalidUpdateVersion = 95,

    /// <summary>The feature levels could not be changed.</summary>
    FeatureUpdateFailed = 96,

    /// <summary>The principal of a forwarded request could not be read.</summary>
    PrincipalDeserializationFailure = 97,

    /// <summary>The snapshot does not exist.</summary>
    SnapshotNotFound = 98,

    /// <summary>The position lies outside of the snapshot.</summary>
    PositionOutOfRange = 99,

    /// <summary>This server does not host a topic of this id. A retry can help.</summary>
    UnknownTopicId = 100,

    /// <summary>Another running broker has this id.</summary>
    DuplicateBrokerRegistration = 101,

    /// <summary>No broker of this id is registered.</summary>
    BrokerIdNotRegistered = 102,

    /// <summary>The id in the log and the id in the request differ. A retry can help.</summary>
    InconsistentTopicId = 103,

    /// <summary>The request was meant for another cluster.</summary>
    InconsistentClusterId = 104,

    /// <summary>The transactional id does not exist.</summary>
    TransactionalIdNotFound = 105,

    /// <summary>The fetch session changed between names and ids of topics; start a new one. A retry can help.</summary>
    FetchSessionTopicIdError = 106,

    /// <summary>The replica may not join the in-sync set.</summary>
    IneligibleReplica = 107,

    /// <summary>The change took effect, and it made another replica leader.</summary>
    NewLeaderElected = 108,

    /// <summary>The offset is only in tiered storage.</summary>
    OffsetMovedToTieredStorage = 109,

    /// <summary>The coordinator's epoch of the member differs; join again.</summary>
    FencedMemberEpoch = 110,

    /// <summary>Another member still holds the instance id.</summary>
    UnreleasedInstanceId = 111,

    /// <summary>The coordinator does not have the assignor.</summary>
    UnsupportedAssignor = 112,

    /// <summary>The epoch of the member has passed; it has a newer one.</summary>
    StaleMemberEpoch = 113,

    /// <summary>The request reached a listener of the wrong kind.</summary>
    MismatchedEndpointType = 114,

    /// <summary>This kind of endpoint is not supported.</summary>
    UnsupportedEndpointType = 115,

    /// <summary>No controller of this id is known.</summary>
    UnknownControllerId = 116,

    /// <summary>The telemetry subscription of the client is not the current one.</summary>
    UnknownSubscriptionId = 117,

    /// <summary>The telemetry is larger than the server accepts.</summary>
    TelemetryTooLarge = 118,

    /// <summary>The registration of the node contradicts the cluster.</summary>
    InvalidRegistration = 119,

    /// <summary>The transaction has to be aborted; the producer may go on afterwards.</summary>
    TransactionAbortable = 120,

    /// <summary>The record is not in a state that can be acknowledged.</summary>
    InvalidRecordState = 121,

    /// <summary>The broker does not know the share session. A retry can help.</summary>
    ShareSessionNotFound = 122,

    /// <summary>The epoch of the share session is not the next one. A retry can help.</summary>
    InvalidShareSessionEpoch = 123,

    /// <summary>The share coordinator's epoch of the state is newer.</summary>
    FencedStateEpoch = 124,

    /// <summary>The voter is not the one that was meant.</summary>
    InvalidVoterKey = 125,

    /// <summary>The voter is one already.</summary>
    DuplicateVoter = 126,

    /// <summary>The voter is not part of the quorum.</summary>
    VoterNotFound = 127,

    /// <summary>The regular expression is not valid.</summary>
    InvalidRegularExpression = 128,

    /// <summary>The client should forget what it knows of the cluster and start from its bootstrap servers.</summary>
    RebootstrapRequired = 129,

    /// <summary>The topology of the application is not valid.</summary>
    StreamsInvalidTopology = 130,

    /// <summary>The epoch of the topology is not valid.</summary>
    StreamsInvalidTopologyEpoch = 131,

    /// <summary>The topology of the member is older than that of the group.</summary>
    StreamsTopologyFenced = 132,

    /// <summary>The broker has as many share sessions as it may have. A retry can help.</summary>
    ShareSessionLimitReached = 133,

    /// <summary>The group could not be deleted.</summary>
    GroupDeletionFailed = 134,

    /// <summary>The description of the topology could not be stored.</summary>
    StreamsTopologyDescriptionUpdateFailed = 135,

    /// <summary>No controller of this id is registered.</summary>
    ControllerIdNotRegistered = 136,
}
