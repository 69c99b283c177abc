using FlowLog.Client.Administration;
using FlowLog.Client.Consuming;
using FlowLog.Client.Consuming.Groups;
using FlowLog.Client.Producing;

namespace FlowLog.Client;

/// <summary>
/// Makes clients. Streams and Connect take one of these, so that tests put fakes and simulations behind them. Clients connect
/// when they are first used.
/// </summary>
public interface IClientFactory
{
    /// <summary>A producer.</summary>
    /// <exception cref="OptionsException">The options contradict each other.</exception>
    IProducer CreateProducer(ProducerOptions options);

    /// <summary>A consumer.</summary>
    /// <exception cref="OptionsException">The options contradict each other.</exception>
    IConsumer CreateConsumer(ConsumerOptions options);

    /// <summary>An admin client.</summary>
    /// <exception cref="OptionsException">The options contradict each other.</exception>
    IAdminClient CreateAdmin(AdminOptions options);

    /// <summary>A bare group membership.</summary>
    /// <exception cref="OptionsException">The options contradict each other.</exception>
    IGroupMember CreateGroupMember(GroupMemberOptions options, IGroupProtocol protocol);
}
