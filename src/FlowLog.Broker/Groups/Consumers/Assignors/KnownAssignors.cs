using System.Collections.Immutable;

namespace FlowLog.Broker.Groups.Consumers.Assignors;

/// <summary>The assignors that a broker can be told to offer.</summary>
internal static class KnownAssignors
{
    /// <summary>What an existing <c>server.properties</c> may call them instead.</summary>
    private const string KafkaClasses = "org.apache.kafka.coordinator.group.assignor.";

    /// <summary>All of them, the default first.</summary>
    public static readonly ImmutableArray<IAssignor> All = [new UniformAssignor(), new RangeAssignor()];

    /// <summary>The assignors of a list of names, in its order; the problem is a sentence when it cannot be used.</summary>
    public static ImmutableArray<IAssignor> Parse(IReadOnlyCollection<string> names, out string? problem)
    {
        problem = names.Count == 0 ? "it must name at least one of uniform, range" : null;
        var found = ImmutableArray.CreateBuilder<IAssignor>();
        foreach (var name in names)
        {
            if (All.FirstOrDefault(known => known.Name == name || KafkaClasses + known.GetType().Name == name) is not { } assignor)
                problem = $"there is no assignor '{name}'; there are uniform and range";
            else if (!found.Contains(assignor))
                found.Add(assignor);
        }

        return found.ToImmutable();
    }
}
