using FlowLog.Streams.Assignment;

namespace FlowLog.Streams.Tests.Assignment;

public sealed class TaskPlacementTests
{
    private static readonly Dictionary<TaskId, long> Nothing = [];

    [Fact]
    public void Members_get_numbers_of_tasks_that_differ_by_one_at_most()
    {
        var placed = TaskPlacement.Place(Tasks(11), [Member("a"), Member("b"), Member("c")]);

        Assert.Equal([4, 4, 3], placed.Values.Select(tasks => tasks.Count).OrderDescending());
        Assert.Equal(11, placed.Values.SelectMany(tasks => tasks).Distinct().Count());
    }

    [Fact]
    public void A_task_stays_where_it_runs_as_far_as_the_balance_allows()
    {
        var running = Enumerable.Range(0, 4).Select(partition => new TaskId(0, partition)).ToHashSet();
        var placed = TaskPlacement.Place(Tasks(4), [new PlacementMember("old", running, Nothing), Member("new")]);

        Assert.Equal(2, placed["old"].Count);
        Assert.Equal(2, placed["new"].Count);
        Assert.Equal(placed["old"], TaskPlacement.Place(Tasks(4), [new PlacementMember("old", placed["old"].ToHashSet(), Nothing), new PlacementMember("new", placed["new"].ToHashSet(), Nothing)])["old"]);
    }

    [Fact]
    public void A_task_that_nobody_runs_goes_where_most_of_its_state_is()
    {
        var state = new Dictionary<TaskId, long> { [new TaskId(0, 1)] = 900 };
        var less = new Dictionary<TaskId, long> { [new TaskId(0, 1)] = 10 };
        var placed = TaskPlacement.Place(Tasks(2), [new PlacementMember("a", new HashSet<TaskId>(), less), new PlacementMember("b", new HashSet<TaskId>(), state)]);

        Assert.Equal([new TaskId(0, 1)], placed["b"]);
    }

    [Fact]
    public void User_data_comes_back_as_it_was_written()
    {
        var subscription = new SubscriptionInfo(Guid.Parse("00112233-4455-6677-8899-aabbccddeeff"), new Dictionary<TaskId, long> { [new TaskId(1, 2)] = 77, [new TaskId(0, 0)] = SubscriptionInfo.Running }, 9);
        var read = SubscriptionInfo.Read(subscription.Write());

        Assert.Equal(subscription.ProcessId, read!.ProcessId);
        Assert.Equal(subscription.OffsetSums.OrderBy(sum => sum.Key), read.OffsetSums.OrderBy(sum => sum.Key));
        Assert.Equal(9, read.Unique);
        Assert.Equal([new TaskId(0, 1), new TaskId(2, 3)], AssignmentInfo.Read(new AssignmentInfo([new TaskId(0, 1), new TaskId(2, 3)]).Write())!.ActiveTasks);
    }

    [Fact]
    public void User_data_that_is_cut_off_says_nothing()
    {
        var subscription = new SubscriptionInfo(Guid.Empty, new Dictionary<TaskId, long> { [new TaskId(1, 2)] = 77 }, 9).Write();
        var assignment = new AssignmentInfo([new TaskId(0, 1)]).Write();

        Assert.All(Enumerable.Range(0, subscription.Length - 4 - 4), length => Assert.Null(SubscriptionInfo.Read(subscription.AsSpan(0, length))));
        Assert.All(Enumerable.Range(0, assignment.Length - 8), length => Assert.Null(AssignmentInfo.Read(assignment.AsSpan(0, length))));
    }

    private static List<(TaskId, bool)> Tasks(int count) => [.. Enumerable.Range(0, count).Select(partition => (new TaskId(0, partition), true))];

    private static PlacementMember Member(string id) => new(id, new HashSet<TaskId>(), Nothing);
}
