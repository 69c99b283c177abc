using System.Collections.Immutable;
using System.Text;
using FlowLog.Connect.Offsets;

namespace FlowLog.Connect.Tests.Offsets;

public class ConfigRecordCodecTests
{
    private static readonly ImmutableSortedDictionary<string, string> Properties = ImmutableSortedDictionary<string, string>.Empty.Add("a", "b");

    public static TheoryData<string, string?> Written => new()
    {
        { "connector-my-one", """{"properties":{"a":"b"}}""" },
        { "task-my-one-0", """{"properties":{"a":"b"}}""" },
        { "commit-my-one", """{"tasks":3}""" },
        { "target-state-my-one", """{"state":"PAUSED","state.v2":"STOPPED"}""" },
        { "tasks-fencing-my-one", """{"task-count":2}""" },
        { "restart-connector-my-one", """{"include-tasks":true,"only-failed":false}""" },
        { "session-key", """{"key":"AQID","algorithm":"HmacSHA256","creation-timestamp":7}""" },
        { "logger-cluster-org.foo", """{"level":"DEBUG"}""" },
        { "connector-gone", null },
        { "target-state-gone", null },
    };

    [Theory]
    [MemberData(nameof(Written))]
    public void Records_are_written_as_Kafka_writes_them_and_read_back(string key, string? json)
    {
        var record = ConfigRecordCodec.Read(key, json is null ? null : Encoding.UTF8.GetBytes(json))!;
        var entry = ConfigRecordCodec.Write(record);
        Assert.Equal(key, Encoding.UTF8.GetString(entry.Key.Span));
        Assert.Equal(json, entry.Value is { } value ? Encoding.UTF8.GetString(value) : null);
    }

    [Fact]
    public void The_number_of_a_task_stands_behind_the_last_dash()
    {
        var record = (TaskConfigured)ConfigRecordCodec.Read("task-my-conn-0-12", """{"properties":{}}"""u8.ToArray())!;
        Assert.Equal(new ConnectorTaskId("my-conn-0", 12), record.Task);
    }

    [Fact]
    public void A_state_of_an_old_worker_has_one_member_only()
    {
        var record = (TargetStateSet)ConfigRecordCodec.Read("target-state-c", """{"state":"PAUSED"}"""u8.ToArray())!;
        Assert.Equal(TargetState.Paused, record.State);
    }

    [Theory]
    [InlineData("connector-c", "{")]
    [InlineData("connector-c", "[]")]
    [InlineData("commit-c", "{}")]
    [InlineData("target-state-c", """{"state.v2":"NONE"}""")]
    [InlineData("task-c", """{"properties":{}}""")]
    public void What_makes_no_sense_is_a_format_problem(string key, string json) =>
        Assert.Throws<FormatException>(() => ConfigRecordCodec.Read(key, Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void Keys_of_later_versions_are_nothing() => Assert.Null(ConfigRecordCodec.Read("what-ever", "{}"u8.ToArray()));
}
