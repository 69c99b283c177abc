using System.CommandLine;
using FlowLog.Cli.Terminal;
using FlowLog.Client.Administration;
using FlowLog.Protocol.Errors;

namespace FlowLog.Cli.Commands;

/// <summary><c>flowlog topics</c>: create, list, describe, delete.</summary>
internal static class TopicsCommand
{
    public static Command Create(CancellationToken stopping)
    {
        var cluster = new ClusterOptions();
        var command = new Command("topics", "Create, list, describe and delete topics.")
        {
            CreateTopic(cluster, stopping), List(cluster, stopping), Describe(cluster, stopping), Delete(cluster, stopping),
        };
        return command;
    }

    private static Command CreateTopic(ClusterOptions cluster, CancellationToken stopping)
    {
        var name = new Argument<string>("topic") { Description = "Name of the topic" };
        var partitions = new Option<int?>("--partitions", "-p") { Description = "Number of partitions; the broker's default if left out", HelpName = "N" };
        var replicas = new Option<short?>("--replication-factor", "-r") { Description = "Replicas per partition; the broker's default if left out", HelpName = "N" };
        var configs = new Option<string[]>("--config") { Description = "A topic setting, for example retention.ms=3600000; may be repeated", HelpName = "KEY=VALUE" };
        var ifMissing = new Option<bool>("--if-not-exists") { Description = "Succeed when the topic is already there" };
        var command = new Command("create", "Create a topic.\n\n  flowlog topics create orders --partitions 3 --config retention.ms=86400000") { name, partitions, replicas, configs, ifMissing };
        cluster.AddTo(command);
        command.SetAction(async (parsed, _) =>
        {
            await using var admin = cluster.Admin(parsed);
            var topic = new NewTopic(parsed.GetRequiredValue(name), parsed.GetValue(partitions) ?? -1, parsed.GetValue(replicas) ?? -1)
            {
                Configs = KeyValues.Parse(parsed.GetValue(configs), "--config").ToDictionary(entry => entry.Key, entry => entry.Value, StringComparer.Ordinal),
            };
            var result = (await admin.CreateTopicsAsync([topic], cancellation: stopping))[topic.Name];
            if (result.Error.Code == ErrorCode.TopicAlreadyExists && parsed.GetValue(ifMissing))
            {
                Console.WriteLine($"Topic {topic.Name} is already there.");
                return ExitCodes.Done;
            }

            var created = result.Value;
            Console.WriteLine(created.Partitions > 0 ? $"Created topic {topic.Name} with {created.Partitions} partition(s)." : $"Created topic {topic.Name}.");
            return ExitCodes.Done;
        });
        return command;
    }

    private static Command List(ClusterOptions cluster, CancellationToken stopping)
    {
        var includeInternal = new Option<bool>("--internal") { Description = "Also the cluster's own topics" };
        var command = new Command("list", "List the names of all topics.") { includeInternal };
        cluster.AddTo(command);
        command.SetAction(async (parsed, _) =>
        {
            await using var admin = cluster.Admin(parsed);
            foreach (var topic in (await admin.ListTopicsAsync(parsed.GetValue(includeInternal), stopping)).OrderBy(topic => topic.Name, StringComparer.Ordinal))
                Console.WriteLine(topic.Name);
            return ExitCodes.Done;
        });
        return command;
    }

    private static Command Describe(ClusterOptions cluster, CancellationToken stopping)
    {
        var names = new Argument<string[]>("topic") { Description = "Names of topics; all if left out", Arity = ArgumentArity.ZeroOrMore };
        var command = new Command("describe", "Show partitions, leaders, offsets and changed settings of topics.") { names };
        cluster.AddTo(command);
        command.SetAction(async (parsed, _) =>
        {
            await using var admin = cluster.Admin(parsed);
            string[] asked = parsed.GetValue(names) is { Length: > 0 } given ? given : [.. (await admin.ListTopicsAsync(cancellation: stopping)).Select(topic => topic.Name)];
            return await TopicDescriptions.PrintAsync(admin, asked, Console.Out, stopping) ? ExitCodes.Done : ExitCodes.Failed;
        });
        return command;
    }

    private static Command Delete(ClusterOptions cluster, CancellationToken stopping)
    {
        var names = new Argument<string[]>("topic") { Description = "Names of topics", Arity = ArgumentArity.OneOrMore };
        var command = new Command("delete", "Delete topics with all their data.") { names };
        cluster.AddTo(command);
        command.SetAction(async (parsed, _) =>
        {
            await using var admin = cluster.Admin(parsed);
            var failed = false;
            foreach (var (topic, error) in await admin.DeleteTopicsAsync(parsed.GetRequiredValue(names), stopping))
            {
                failed |= !error.IsSuccess;
                if (error.IsSuccess)
                    Console.WriteLine($"Deleted topic {topic}.");
                else
                    await Console.Error.WriteLineAsync($"flowlog: {TopicDescriptions.Sentence(topic, error.Code)}");
            }

            return failed ? ExitCodes.Failed : ExitCodes.Done;
        });
        return command;
    }
}
