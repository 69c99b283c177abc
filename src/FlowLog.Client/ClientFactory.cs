using FlowLog.Client.Administration;
using FlowLog.Client.Consuming;
using FlowLog.Client.Consuming.Groups;
using FlowLog.Client.Producing;
using FlowLog.Runtime;
using Microsoft.Extensions.Logging;

namespace FlowLog.Client;

/// <summary>Makes clients that live in one world: the machine's own, or a simulated one.</summary>
/// <param name="world">Clock, network and randomness; the machine's by default.</param>
/// <param name="loggers">Where clients report; nowhere by default.</param>
public sealed class ClientFactory(World? world = null, ILoggerFactory? loggers = null) : IClientFactory
{
    private readonly World _world = world ?? World.Real(loggers);

    /// <inheritdoc/>
    public IProducer CreateProducer(ProducerOptions options) => new Producer(options, _world, loggers);

    /// <inheritdoc/>
    public IConsumer CreateConsumer(ConsumerOptions options) => new Consumer(options, _world, loggers);

    /// <inheritdoc/>
    public IAdminClient CreateAdmin(AdminOptions options) => new AdminClient(options, _world, loggers);

    /// <inheritdoc/>
    public IGroupMember CreateGroupMember(GroupMemberOptions options, IGroupProtocol protocol) => new GroupMember(options, protocol, _world, loggers);
}
