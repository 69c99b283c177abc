namespace FlowLog.Protocol.Wire;

/// <summary>A message that the schemas define; classes are generated, one per message, in <c>FlowLog.Protocol.Messages</c>.</summary>
public interface IMessage : IDescribed
{
    /// <summary>What the schema says about this message: names, types, versions, defaults.</summary>
    MessageSchema Schema { get; }

    /// <summary>
    /// Reads all fields of <paramref name="version"/>; fields that it lacks get their defaults. Never throws for bad bytes: look at
    /// <see cref="WireReader.Failed"/> afterwards. Bytes and records are slices of the reader's source, not copies.
    /// </summary>
    void Read(ref WireReader reader, short version);

    /// <summary>Writes the fields of <paramref name="version"/>.</summary>
    /// <exception cref="UnsupportedFieldException">A field that the version lacks is set and may not be dropped, or the version does not exist.</exception>
    void Write(WireWriter writer, short version);
}

/// <summary>
/// A message whose type says which API it belongs to: every generated request and response. Apart from <see cref="IRequest"/> and
/// <see cref="IResponse"/>, because an interface with a static member cannot be a type argument (<c>List&lt;IRequest&gt;</c>).
/// </summary>
public interface IApiMessage : IMessage
{
    /// <summary>The API that the type belongs to.</summary>
    static abstract ApiKey ApiKey { get; }
}

/// <summary>The body of a request.</summary>
public interface IRequest : IMessage
{
    /// <summary>The API that the request calls.</summary>
    ApiKey Key { get; }
}

/// <summary>The body of a request, which knows the response it asks for.</summary>
/// <typeparam name="TResponse">The response of the same API.</typeparam>
public interface IRequest<TResponse> : IRequest
    where TResponse : class, IResponse, new();

/// <summary>The body of a response.</summary>
public interface IResponse : IMessage
{
    /// <summary>The API that is answered.</summary>
    ApiKey Key { get; }
}

/// <summary>A record of the metadata log.</summary>
public interface IMetadataRecord : IMessage
{
    /// <summary>The number that names the type of record in front of its bytes.</summary>
    short ApiKeyNumber { get; }
}

/// <summary>The key of a record in a coordinator's topic.</summary>
public interface ICoordinatorKey : IMessage
{
    /// <summary>The number in front of the key's bytes: for coordinators the version of the key names the type of the record.</summary>
    short ApiKeyNumber { get; }
}

/// <summary>The value of a record in a coordinator's topic.</summary>
public interface ICoordinatorValue : IMessage
{
    /// <summary>The number in front of the key that goes with this value.</summary>
    short ApiKeyNumber { get; }
}

/// <summary>Which coordinator's topic a record belongs to: the numbers of their records overlap.</summary>
public enum CoordinatorKind
{
    /// <summary>Groups and committed offsets: <c>__consumer_offsets</c>.</summary>
    Group,

    /// <summary>Delivery state of share groups: <c>__share_group_state</c>.</summary>
    Share,

    /// <summary>Transactions: <c>__transaction_state</c>.</summary>
    Transaction,
}
