using FlowLog.Broker.Consensus;
using FlowLog.Runtime.Disk;
using FlowLog.Testing.Simulation.Disk;

namespace FlowLog.Broker.Tests.Consensus;

public sealed class DataFoldersTests
{
    private readonly SimulatedDisk _disk = new(1);

    [Fact]
    public void New_folders_are_formatted_and_keep_what_they_are()
    {
        string cluster;
        Guid id;
        using (var folders = Open("/srv/data/a"))
            (cluster, id) = (folders.ClusterId, folders.Folders[0].Id);

        _disk.CutPower();

        using var again = Open("/srv/data/a", "/srv/data/b");
        Assert.Equal((cluster, id), (again.ClusterId, again.Folders[0].Id));
        Assert.NotEqual(id, again.Folders[1].Id);
    }

    [Fact]
    public void A_folder_is_used_by_one_process_at_a_time()
    {
        using var held = Open("/data");

        Assert.Contains("in use by another process", Refused(() => Open("/data")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_of_another_node_or_cluster_is_refused_and_let_go()
    {
        Open("/data").Dispose();

        Assert.Contains("belongs to node 1", Refused(() => Open(["/data"], nodeId: 2)), StringComparison.Ordinal);
        Assert.Contains("not to 'other'", Refused(() => Open(["/data"], clusterId: "other")), StringComparison.Ordinal);
        Open("/data").Dispose();
    }

    [Fact]
    public void Partitions_of_nobody_are_not_made_ones_own()
    {
        _disk.CreateDirectory("/data/orders-0");

        Assert.Contains("(orders-0) and no meta.properties", Refused(() => Open("/data")), StringComparison.Ordinal);
        Assert.False(_disk.FileExists("/data/meta.properties"));
    }

    [Theory]
    [InlineData("version=2\nnode.id=1", "a newer program wrote")]
    [InlineData("", "lacks a readable version")]
    [InlineData("nonsense", "lacks a readable version")]
    public void A_folder_that_cannot_be_read_says_what_to_do(string properties, string sentence)
    {
        _disk.CreateDirectory("/data");
        _disk.WriteAtomically("/data/meta.properties", properties);

        Assert.Contains(sentence, Refused(() => Open("/data")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_in_the_place_of_a_folder_is_named()
    {
        _disk.CreateDirectory("/srv");
        _disk.WriteAtomically("/srv/data", "");

        Assert.Contains("'/srv/data' is a file", Refused(() => Open("/srv/data/a")), StringComparison.Ordinal);
    }

    private static string Refused(Func<DataFolders> open) => Assert.Throws<DataFolderException>(() => open().Dispose()).Message;

    private DataFolders Open(params string[] paths) => Open(paths, nodeId: 1);

    private DataFolders Open(string[] paths, int nodeId = 1, string? clusterId = null) =>
        DataFolders.Open(_disk, new CountingRandomness(), paths, nodeId, clusterId);
}
