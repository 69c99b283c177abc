using System.Collections.Immutable;
using FlowLog.Protocol.Messages;
using FlowLog.Protocol.Wire;

namespace FlowLog.Broker.Metadata.Images;

/// <summary>
/// Records that this version gives no meaning to, but that a node which does may need again: access control entries, delegation tokens, controllers.
/// They are kept as they are, so that a snapshot does not lose them.
/// </summary>
internal sealed record OthersImage(ImmutableSortedDictionary<string, IMetadataRecord> ByKey)
{
    /// <summary>No such records.</summary>
    public static OthersImage Empty { get; } = new(ImmutableSortedDictionary.Create<string, IMetadataRecord>(StringComparer.Ordinal));

    /// <summary>The records.</summary>
    public IEnumerable<IMetadataRecord> Records => ByKey.Values;

    /// <summary>With one record replayed; the same when it is of no kind that is kept.</summary>
    public OthersImage With(IMetadataRecord record) => record switch
    {
        AccessControlEntryRecord entry => Set($"acl {entry.Id}", entry),
        RemoveAccessControlEntryRecord removal => Remove($"acl {removal.Id}"),
        DelegationTokenRecord token => Set($"token {token.TokenId}", token),
        RemoveDelegationTokenRecord removal => Remove($"token {removal.TokenId}"),
        RegisterControllerRecord controller => Set($"controller {controller.ControllerId}", controller),
        _ => this,
    };

    private OthersImage Set(string key, IMetadataRecord record) => new(ByKey.SetItem(key, record));

    private OthersImage Remove(string key) => new(ByKey.Remove(key));
}
