namespace FlowLog.Client;

/// <summary>Which records of transactions a reader sees.</summary>
public enum IsolationLevel
{
    /// <summary>All records below the high watermark, also those of open and aborted transactions.</summary>
    ReadUncommitted = 0,

    /// <summary>Only records outside transactions or of committed ones, up to the last stable offset.</summary>
    ReadCommitted = 1,
}
