using FlowLog.Connectors.File;

namespace FlowLog.Connectors.Tests.File;

public class FileStreamSourceConnectorTests
{
    private static readonly Dictionary<string, object?> Partition = new() { ["filename"] = "/a" };

    [Fact]
    public void A_position_must_be_a_number_of_bytes_of_a_file()
    {
        var connector = new FileStreamSourceConnector();
        Assert.Null(connector.ProblemWith(Partition, new Dictionary<string, object?> { ["position"] = 5L }));
        Assert.Null(connector.ProblemWith(Partition, null));
        Assert.Contains("'position'", connector.ProblemWith(Partition, new Dictionary<string, object?> { ["position"] = "5" }));
        Assert.Contains("'position'", connector.ProblemWith(Partition, new Dictionary<string, object?> { ["position"] = -1L }));
        Assert.Contains("'filename'", connector.ProblemWith(new Dictionary<string, object?>(), null));
    }

    [Fact]
    public void Keys_and_defaults_are_those_of_Kafka_and_one_of_our_own_that_is_off()
    {
        var keys = new FileStreamSourceConnector().Definition.Keys;
        Assert.Equal(["file", "topic", "batch.size", "last.line.unterminated"], keys.Select(key => key.Name));
        Assert.Equal(2000, keys[2].Default);
        Assert.True(keys[1].IsRequired);
        Assert.Equal(false, keys[3].Default);
    }
}
