using System.Collections.Immutable;
using FlowLog.Connect.Herding;
using FlowLog.Connect.Offsets;

namespace FlowLog.Connect.Tests.Herding;

public class ConfigDecisionsTests
{
    private static readonly Dictionary<string, string> Properties = new() { ["connector.class"] = "Any", ["a"] = "1" };
    private static readonly ConfigImage WithOne = After(ConfigImage.Empty, ConfigDecisions.Put(ConfigImage.Empty, "c", Properties, null, false));

    [Fact]
    public void A_connector_created_stopped_gets_its_state_before_its_configuration() => Assert.Collection(
        ConfigDecisions.Put(ConfigImage.Empty, "c", Properties, TargetState.Stopped, allowReplace: false),
        record => Assert.Equal(new TargetStateSet("c", TargetState.Stopped), record),
        record => Assert.IsType<ConnectorConfigured>(record));

    [Fact]
    public void Creating_what_is_there_is_a_conflict_but_replacing_is_not()
    {
        Assert.Equal(409, Assert.Throws<RequestException>(() => ConfigDecisions.Put(WithOne, "c", Properties, null, false)).Status);
        Assert.Single(ConfigDecisions.Put(WithOne, "c", Properties, null, true));
    }

    [Fact]
    public void A_patch_sets_adds_and_takes_away()
    {
        var patched = ConfigDecisions.Patch(WithOne, "c", new Dictionary<string, string?> { ["a"] = null, ["b"] = "2" });
        Assert.Equal(["b", "connector.class"], patched.Keys.Order());
        Assert.Equal(404, Assert.Throws<RequestException>(() => ConfigDecisions.Patch(WithOne, "x", new Dictionary<string, string?>())).Status);
    }

    [Fact]
    public void Stopping_takes_the_tasks_away_first() => Assert.Equal(
        [new TasksCommitted("c", 0), new TargetStateSet("c", TargetState.Stopped)], ConfigDecisions.SetTarget(WithOne, "c", TargetState.Stopped));

    [Fact]
    public void Deleting_clears_configuration_and_state() => Assert.Equal(
        [new ConnectorConfigured("c", null), new TargetStateSet("c", null)], ConfigDecisions.Delete(WithOne, "c"));

    [Fact]
    public void Tasks_are_published_only_when_they_differ()
    {
        var published = After(WithOne, ConfigDecisions.PutTasks(WithOne, "c", [Properties]));
        Assert.Single(published.Find("c")!.Tasks);
        Assert.Empty(ConfigDecisions.PutTasks(published, "c", [Properties]));
        Assert.Equal(3, ConfigDecisions.PutTasks(published, "c", [Properties, Properties]).Count);
    }

    [Fact]
    public void A_changed_connector_publishes_its_tasks_again_even_if_they_are_the_same()
    {
        var published = After(WithOne, ConfigDecisions.PutTasks(WithOne, "c", [Properties]));
        var changed = After(published, ConfigDecisions.Put(published, "c", new Dictionary<string, string>(Properties) { ["a"] = "2" }, null, true));
        Assert.NotEmpty(ConfigDecisions.PutTasks(changed, "c", [Properties]));
    }

    [Fact]
    public void Of_a_stopped_or_deleted_connector_no_tasks_are_published()
    {
        var stopped = After(WithOne, ConfigDecisions.SetTarget(WithOne, "c", TargetState.Stopped));
        Assert.Empty(ConfigDecisions.PutTasks(stopped, "c", [Properties]));
        Assert.Empty(ConfigDecisions.PutTasks(ConfigImage.Empty, "c", [Properties]));
    }

    private static ConfigImage After(ConfigImage image, IReadOnlyList<ConfigRecord> records) =>
        records.Aggregate(image, (current, record) => current.Apply(record, current.Offset));
}
