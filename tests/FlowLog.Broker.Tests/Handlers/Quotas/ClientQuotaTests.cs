using FlowLog.Protocol.Errors;
using FlowLog.Protocol.Messages;
using Component = FlowLog.Protocol.Messages.DescribeClientQuotasRequest.ComponentData;

namespace FlowLog.Broker.Tests.Handlers.Quotas;

public sealed class ClientQuotaTests : IDisposable
{
    private readonly NodeBench _node = new();

    public void Dispose() => _node.Dispose();

    [Fact]
    public void Quotas_are_set_found_and_removed()
    {
        Assert.Equal(ErrorCode.None, Alter([("user", "ann"), ("client-id", "c")], ("producer_byte_rate", 1000)));
        Assert.Equal(ErrorCode.None, Alter([("user", "ann")], ("consumer_byte_rate", 2000)));

        Assert.Equal([1000d, 2000d], Find(strict: false, Exactly("user", "ann")));
        Assert.Equal([2000d], Find(strict: true, Exactly("user", "ann")));
        Assert.Equal([1000d], Find(strict: false, new Component { EntityType = "client-id", MatchType = 2, Match = null }));

        Assert.Equal(ErrorCode.None, Alter([("user", "ann")], ("consumer_byte_rate", null)));
        Assert.Equal([1000d], Find(strict: false, Exactly("user", "ann")));
    }

    [Fact]
    public void The_default_of_a_type_is_an_entity_of_its_own()
    {
        Alter([("user", null)], ("producer_byte_rate", 1));
        Alter([("user", "ann")], ("producer_byte_rate", 2));

        Assert.Equal([1d], Find(strict: false, new Component { EntityType = "user", MatchType = 1, Match = null }));
    }

    [Theory]
    [InlineData("user", "ann", "no_such_rate", 1)]
    [InlineData("user", "ann", "producer_byte_rate", 0)]
    [InlineData("user", "ann", "producer_byte_rate", double.NaN)]
    [InlineData("user", "ann", "producer_byte_rate", 1.5)]
    [InlineData("user", "ann", "producer_byte_rate", 1e19)]
    [InlineData("ip", "127.0.0.1", "connection_creation_rate", 2147483648d)]
    [InlineData("user", "ann", "connection_creation_rate", 1)]
    [InlineData("user", "", "producer_byte_rate", 1)]
    [InlineData("group", "g", "producer_byte_rate", 1)]
    [InlineData("ip", "localhost.", "connection_creation_rate", 1)]
    [InlineData("ip", "10.0.0.1", "producer_byte_rate", 1)]
    public void What_makes_no_sense_is_refused(string type, string name, string key, double value)
    {
        Assert.Equal(ErrorCode.InvalidRequest, Alter([(type, name)], (key, value)));
        Assert.Empty(_node.Image.Quotas.ByEntity);
    }

    [Fact]
    public void A_filter_that_contradicts_itself_is_refused()
    {
        Assert.Equal(ErrorCode.InvalidRequest, Ask(false, Exactly("user", "a"), Exactly("user", "b")).ErrorCode);
        Assert.Equal(ErrorCode.InvalidRequest, Ask(false, Exactly("ip", "10.0.0.1"), Exactly("user", "b")).ErrorCode);
        Assert.Equal(ErrorCode.InvalidRequest, Ask(false, Exactly("user", null)).ErrorCode);
        Assert.Equal(ErrorCode.UnsupportedVersion, Ask(false, Exactly("planet", "mars")).ErrorCode);
    }

    private static Component Exactly(string type, string? name) => new() { EntityType = type, MatchType = 0, Match = name };

    private ErrorCode Alter((string Type, string? Name)[] entity, (string Key, double? Value) quota) => _node.Ask(new AlterClientQuotasRequest
    {
        Entries =
        [
            new AlterClientQuotasRequest.EntryData
            {
                Entity = [.. entity.Select(part => new AlterClientQuotasRequest.EntityData { EntityType = part.Type, EntityName = part.Name })],
                Ops = [new AlterClientQuotasRequest.OpData { Key = quota.Key, Value = quota.Value ?? 0, Remove = quota.Value is null }],
            },
        ],
    }).Entries[0].ErrorCode;

    private DescribeClientQuotasResponse Ask(bool strict, params Component[] components) =>
        _node.Ask(new DescribeClientQuotasRequest { Strict = strict, Components = [.. components] });

    private IEnumerable<double> Find(bool strict, params Component[] components) =>
        Ask(strict, components).Entries!.SelectMany(entry => entry.Values.Select(value => value.Value)).Order();
}
