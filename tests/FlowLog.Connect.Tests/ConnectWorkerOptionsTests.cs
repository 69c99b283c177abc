namespace FlowLog.Connect.Tests;

public class ConnectWorkerOptionsTests
{
    private static readonly Dictionary<string, string> Enough = new()
    {
        ["group.id"] = "g", ["config.storage.topic"] = "c", ["offset.storage.topic"] = "o", ["status.storage.topic"] = "s",
        ["key.converter"] = "JsonConverter", ["value.converter"] = "JsonConverter",
    };

    [Fact]
    public void Kafkas_properties_are_understood()
    {
        var options = ConnectWorkerOptions.FromProperties(new Dictionary<string, string>(Enough)
        {
            ["offset.flush.interval.ms"] = "10000", ["producer.linger.ms"] = "5", ["plugin.path"] = "/a,/b", ["listeners"] = "http://:8083,http://:8084",
        });
        Assert.Equal(TimeSpan.FromSeconds(10), options.OffsetFlushInterval);
        Assert.Equal(2, options.Listeners.Count);
    }

    [Theory]
    [InlineData("offset.flush.intervall.ms", "1", "did you mean 'offset.flush.interval.ms'")]
    [InlineData("exactly.once.source.support", "enabled", "only disabled is supported")]
    [InlineData("connector.client.config.override.policy", "Principal", "only All and None")]
    [InlineData("security.protocol", "SSL", "only PLAINTEXT")]
    [InlineData("connect.protocol", "cooperative", "eager, compatible, sessioned")]
    public void What_would_be_read_over_is_refused(string name, string value, string sentence)
    {
        var problem = Assert.Throws<ConfigException>(() => ConnectWorkerOptions.FromProperties(new Dictionary<string, string>(Enough) { [name] = value }));
        Assert.Contains(sentence, problem.Message);
    }

    [Fact]
    public void All_that_is_missing_is_told_at_once() =>
        Assert.Equal(6, Assert.Throws<ConfigException>(() => ConnectWorkerOptions.FromProperties(new Dictionary<string, string>())).Problems.Count);
}
