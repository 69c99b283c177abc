namespace FlowLog.Client;

/// <summary>Who set a record's timestamp.</summary>
public enum TimestampType
{
    /// <summary>The producer.</summary>
    CreateTime = 0,

    /// <summary>The broker, when it appended the batch.</summary>
    LogAppendTime = 1,
}
