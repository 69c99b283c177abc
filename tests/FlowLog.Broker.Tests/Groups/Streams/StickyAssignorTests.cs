using FlowLog.Broker.Groups.Streams;
using FlowLog.Broker.Groups.Streams.Assignors;

namespace FlowLog.Broker.Tests.Groups.Streams;

public sealed class StickyAssignorTests
{
    [Fact]
    public void Every_task_is_worked_on_once_and_its_copies_lie_in_other_processes() => Properties.OverCommands(1_000, commands =>
    {
        var shares = new Dictionary<string, TaskSets>(StringComparer.Ordinal);
        foreach (var (tasks, replicas, who) in commands.Take(5))
        {
            // Members come and go between one target and the next; each process has up to three.
            var members = Enumerable.Range(0, 1 + (who % 9)).Select(number => new TaskCandidate($"m{number}", $"p{number / 3}", shares.GetValueOrDefault($"m{number}", TaskSets.None))).ToList();
            var question = new TaskQuestion(members, [new TaskCount("0", 1 + (tasks % 12), IsStateful: true), new TaskCount("1", 1 + (tasks / 12 % 5), IsStateful: false)], replicas % 3);
            shares = new Dictionary<string, TaskSets>(StickyAssignor.Assign(question), StringComparer.Ordinal);
            Check(question, shares);
        }
    });

    [Fact]
    public void Who_has_a_task_keeps_it_while_that_is_fair()
    {
        Assert.Equal("0_0,0_1", Share(("a", "p1", "0_0,0_1,0_2,0_3"), ("b", "p2", ""))["a"]);
        Assert.Equal("0_1,0_3", Share(("a", "p1", "0_1,0_3"), ("b", "p2", "0_0,0_2"))["a"]);
    }

    [Fact]
    public void Of_processes_with_the_same_load_the_same_one_is_first_as_in_Kafka()
    {
        var shares = Share(("z", "p1", ""), ("y", "p2", ""), ("x", "p3", ""));
        Assert.Equal(("0_0", "0_2", "0_1,0_3"), (shares["z"], shares["y"], shares["x"]));
    }

    private static Dictionary<string, string> Share(params (string Id, string Process, string Active)[] members)
    {
        var candidates = members.Select(member => new TaskCandidate(member.Id, member.Process, StreamsBench.Owned(member.Active))).OrderBy(member => member.Id, StringComparer.Ordinal).ToList();
        return StickyAssignor.Assign(new TaskQuestion(candidates, [new TaskCount("0", 4, IsStateful: false)], 0))
            .ToDictionary(share => share.Key, share => string.Join(',', share.Value.Active.Select(task => $"{task.Subtopology}_{task.Partition}")), StringComparer.Ordinal);
    }

    private static void Check(TaskQuestion question, Dictionary<string, TaskSets> shares)
    {
        var all = question.Subtopologies.SelectMany(part => Enumerable.Range(0, part.Tasks).Select(number => new TaskId(part.Subtopology, number))).ToList();
        Assert.Equal(all, shares.Values.SelectMany(share => share.Active).Order());
        var processes = question.Members.Select(member => member.ProcessId).Distinct(StringComparer.Ordinal).Count();
        Assert.Equal(
            question.Subtopologies[0].Tasks * Math.Min(question.StandbyReplicas, processes - 1), shares.Values.Sum(share => share.Standby.Count));
        foreach (var process in question.Members.GroupBy(member => member.ProcessId, StringComparer.Ordinal))
        {
            var here = process.SelectMany(member => shares[member.Id].Active.Concat(shares[member.Id].Standby)).ToList();
            Assert.Equal(here.Count, here.Distinct().Count());
        }
    }
}
