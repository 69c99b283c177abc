using System.CommandLine;
using FlowLog.Cli.Terminal;
using FlowLog.Client.Administration;
using FlowLog.Protocol.Identity;

namespace FlowLog.Cli.Commands;

/// <summary><c>flowlog groups</c>: list and describe.</summary>
internal static class GroupsCommand
{
    public static Command Create(CancellationToken stopping)
    {
        var cluster = new ClusterOptions();
        return new Command("groups", "List and describe consumer groups.") { List(cluster, stopping), Describe(cluster, stopping) };
    }

    private static Command List(ClusterOptions cluster, CancellationToken stopping)
    {
        var command = new Command("list", "List all groups with their state.");
        cluster.AddTo(command);
        command.SetAction(async (parsed, _) =>
        {
            await using var admin = cluster.Admin(parsed);
            var table = new TextTable("group", "type", "protocol", "state");
            foreach (var group in (await admin.ListGroupsAsync(stopping)).OrderBy(group => group.GroupId, StringComparer.Ordinal))
                table.Add(group.GroupId, OrDash(group.Type), OrDash(group.ProtocolType), OrDash(group.State));
            table.WriteTo(Console.Out);
            return ExitCodes.Done;
        });
        return command;
    }

    private static Command Describe(ClusterOptions cluster, CancellationToken stopping)
    {
        var name = new Argument<string>("group") { Description = "Id of the group" };
        var command = new Command("describe", "Show the members of a group, what they read, and how far behind they are.") { name };
        cluster.AddTo(command);
        command.SetAction(async (parsed, _) =>
        {
            await using var admin = cluster.Admin(parsed);
            var id = parsed.GetRequiredValue(name);
            var listed = (await admin.ListGroupsAsync(stopping)).FirstOrDefault(group => group.GroupId == id)
                ?? throw new CommandException($"There is no group '{id}'. See: flowlog groups list");
            var group = (await admin.DescribeGroupsAsync([id], stopping))[id].Value;
            Console.WriteLine($"{group.GroupId}  {OrDash(group.State)}  {group.Members.Count} member(s)  assignor {OrDash(group.Protocol)}  coordinator {group.CoordinatorId}  type {OrDash(listed.Type)}");
            await PrintOffsetsAsync(admin, group, stopping);
            return ExitCodes.Done;
        });
        return command;
    }

    private static async Task PrintOffsetsAsync(IAdminClient admin, GroupDescription group, CancellationToken cancellation)
    {
        var committed = await admin.ListGroupOffsetsAsync(group.GroupId, cancellation: cancellation);
        var owners = group.Members.SelectMany(member => member.Partitions.Select(partition => (partition, member))).ToDictionary(pair => pair.partition, pair => pair.member);
        List<TopicPartition> partitions = [.. committed.Keys.Union(owners.Keys).OrderBy(partition => partition.Topic, StringComparer.Ordinal).ThenBy(partition => partition.Partition)];
        var ends = await admin.ListOffsetsAsync(partitions.ToDictionary(partition => partition, _ => OffsetSpec.Latest), cancellation: cancellation);

        var table = new TextTable("topic", "partition", "committed", "end", "lag", "member", "host");
        foreach (var partition in partitions)
        {
            long? at = committed.TryGetValue(partition, out var offset) && offset.Offset >= 0 ? offset.Offset : null;
            long? end = ends.TryGetValue(partition, out var found) && found.IsSuccess ? found.Value.Offset : null;
            owners.TryGetValue(partition, out var owner);
            table.Add(partition.Topic, partition.Partition, at, end, end - at, owner?.ClientId, owner?.Host);
        }

        table.WriteTo(Console.Out, "  ");
    }

    private static string OrDash(string text) => text.Length == 0 ? "-" : text;
}
