using System.Collections.Immutable;
using FlowLog.Connect.Offsets;

namespace FlowLog.Connect.Tests.Offsets;

public class ConfigImageTests
{
    private static readonly ImmutableSortedDictionary<string, string> Properties =
        ImmutableSortedDictionary<string, string>.Empty.Add("connector.class", "Any");

    [Fact]
    public void Tasks_count_once_they_are_committed()
    {
        var before = Replay(new ConnectorConfigured("c", Properties), Task("c", 0), Task("c", 1));
        Assert.Empty(before.Find("c")!.Tasks);

        var after = before.Apply(new TasksCommitted("c", 2), 3);
        Assert.Equal(2, after.Find("c")!.Tasks.Length);
        Assert.Equal(4, after.Offset);
    }

    [Fact]
    public void A_commit_whose_tasks_are_not_all_there_leaves_none_and_says_so()
    {
        var image = Replay(new ConnectorConfigured("c", Properties), Task("c", 1), new TasksCommitted("c", 2));
        Assert.Empty(image.Find("c")!.Tasks);
        Assert.True(image.Find("c")!.IsInconsistent);
    }

    [Fact]
    public void A_commit_of_a_connector_whose_configuration_is_gone_is_nothing()
    {
        var image = Replay(Task("c", 0), new TasksCommitted("c", 1));
        Assert.Null(image.Find("c"));

        var again = image.Apply(new ConnectorConfigured("c", Properties), 2);
        Assert.Empty(again.Find("c")!.Tasks);
    }

    [Fact]
    public void A_connector_made_again_starts_without_the_tasks_and_the_state_of_the_deleted_one()
    {
        var image = Replay(
            new ConnectorConfigured("c", Properties), Task("c", 0), new TasksCommitted("c", 1), new TargetStateSet("c", TargetState.Paused),
            new ConnectorConfigured("c", null), new TargetStateSet("c", null), new ConnectorConfigured("c", Properties));
        Assert.Empty(image.Find("c")!.Tasks);
        Assert.Equal(TargetState.Started, image.Find("c")!.Target);
    }

    [Fact]
    public void Tasks_keep_the_configuration_of_their_connector_at_the_commit()
    {
        var image = Replay(
            new ConnectorConfigured("c", Properties), Task("c", 0), new TasksCommitted("c", 1), new ConnectorConfigured("c", Properties.Add("a", "b")));
        Assert.Equal(Properties, image.Find("c")!.TasksProperties);
        Assert.Equal("b", image.Find("c")!.Properties!["a"]);
    }

    [Fact]
    public void A_commit_of_no_tasks_takes_them_away()
    {
        var image = Replay(new ConnectorConfigured("c", Properties), Task("c", 0), new TasksCommitted("c", 1), new TasksCommitted("c", 0));
        Assert.Empty(image.Find("c")!.Tasks);
        Assert.False(image.Find("c")!.IsInconsistent);
        Assert.Equal(2, image.Find("c")!.TaskGeneration);
    }

    private static TaskConfigured Task(string connector, int number) =>
        new(new ConnectorTaskId(connector, number), ImmutableSortedDictionary<string, string>.Empty.Add("n", number.ToString()));

    private static ConfigImage Replay(params ConfigRecord[] records) =>
        records.Select((record, offset) => (record, offset)).Aggregate(ConfigImage.Empty, (image, next) => image.Apply(next.record, next.offset));
}
