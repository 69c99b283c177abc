namespace FlowLog.Broker.Groups;

/// <summary>Who sent a request to a group, as far as groups want to know.</summary>
/// <param name="ClientId">Client id of the request header; empty if it had none.</param>
/// <param name="Host">Address of the peer as Kafka writes it, with a leading slash.</param>
/// <param name="ApiVersion">Version of the request.</param>
/// <param name="FreshId">A random id that is used at most once, for the member that this request may create.</param>
internal readonly record struct GroupCaller(string ClientId, string Host, short ApiVersion, Guid FreshId);
