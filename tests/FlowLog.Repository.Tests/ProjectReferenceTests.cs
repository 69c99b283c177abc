using System.Text.RegularExpressions;

namespace FlowLog.Repository.Tests;

/// <summary>Holds the reference table of docs/architecture.md: who may see whom.</summary>
public sealed partial class ProjectReferenceTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["FlowLog.Protocol"] = ["FlowLog.Protocol.Generator"],
        ["FlowLog.Runtime"] = [],
        ["FlowLog.RocksDb"] = [],
        ["FlowLog.Client"] = ["FlowLog.Protocol", "FlowLog.Runtime"],
        ["FlowLog.Broker"] = ["FlowLog.Protocol", "FlowLog.Runtime"],
        ["FlowLog.Streams"] = ["FlowLog.Client", "FlowLog.Protocol", "FlowLog.Runtime", "FlowLog.RocksDb"],
        ["FlowLog.Connect"] = ["FlowLog.Client", "FlowLog.Protocol", "FlowLog.Runtime"],
        ["FlowLog.Testing"] =
        [
            "FlowLog.Protocol", "FlowLog.Runtime", "FlowLog.RocksDb", "FlowLog.Client", "FlowLog.Broker", "FlowLog.Streams", "FlowLog.Connect",
        ],
    };

    public static TheoryData<string> ProductProjects => [.. Repository.Files("src", "*.csproj")];

    public static TheoryData<string> ConnectorProjects => [.. Repository.Files("connectors", "*.csproj")];

    [Theory]
    [MemberData(nameof(ProductProjects))]
    public void A_product_references_only_what_the_table_allows(string project)
    {
        var name = Path.GetFileNameWithoutExtension(project);
        if (name == "FlowLog.Cli")
        {
            Assert.DoesNotContain("FlowLog.Testing", References(project));
            return;
        }

        Assert.True(Allowed.ContainsKey(name), $"{name} is not in the reference table: add a row here and in docs/architecture.md, with the reason.");
        Assert.Empty(References(project).Except(Allowed[name]));
    }

    [Theory]
    [MemberData(nameof(ConnectorProjects))]
    public void A_connector_references_Connect_alone(string project) =>
        Assert.Equal(["FlowLog.Connect"], References(project));

    [Fact]
    public void The_table_of_the_documentation_has_a_row_for_each_product()
    {
        var page = Repository.Read("docs/architecture.md");
        Assert.All(Allowed.Keys, name => Assert.Contains(name["FlowLog.".Length..], page));
    }

    [Theory]
    [MemberData(nameof(ProductProjects))]
    public void Internals_are_open_to_tests_and_test_hosts_only(string project)
    {
        var friends = InternalsVisibleTo().Matches(Repository.Read(project)).Select(m => m.Groups[1].Value);
        Assert.All(friends, friend => Assert.True(
            friend.EndsWith(".Tests", StringComparison.Ordinal) || friend == "FlowLog.Testing",
            $"{project} opens its internals to {friend}: make what it needs public instead."));
    }

    private static string[] References(string project) =>
        [.. ProjectReference().Matches(Repository.Read(project)).Select(m => Path.GetFileNameWithoutExtension(m.Groups[1].Value))];

    [GeneratedRegex("<ProjectReference Include=\"([^\"]+)\"")]
    private static partial Regex ProjectReference();

    [GeneratedRegex("<InternalsVisibleTo Include=\"([^\"]+)\"")]
    private static partial Regex InternalsVisibleTo();
}
