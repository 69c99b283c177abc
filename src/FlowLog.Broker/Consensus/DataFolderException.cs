namespace FlowLog.Broker.Consensus;

/// <summary>A data folder cannot be used by this node; the message is one sentence for the person who starts it.</summary>
internal sealed class DataFolderException(string message, Exception? inner = null) : Exception(message, inner);
