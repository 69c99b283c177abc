using FlowLog.Runtime.Disk;

namespace FlowLog.Runtime.Tests.Disk;

public sealed class LinuxDiskTests : DiskContract, IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("flowlog-disk-").FullName;

    protected override IDisk Disk { get; } = new LinuxDisk();

    protected override string Root => _root;

    [Fact]
    public void A_full_device_is_told_apart()
    {
        using var full = Disk.Open("/dev/full", FileOpening.Existing);

        Assert.True(Assert.Throws<DiskException>(() => full.Write(0, "x"u8)).IsFull);
    }

    [Fact]
    public void A_sync_that_the_kernel_refuses_is_an_error()
    {
        using var device = Disk.Open("/dev/full", FileOpening.Existing);

        Assert.Equal(22, Assert.Throws<DiskException>(device.SyncData).Errno);
        Assert.Equal(22, Assert.Throws<DiskException>(device.Sync).Errno);
    }

    [Fact]
    public void A_link_to_a_folder_is_deleted_without_what_it_points_to()
    {
        Disk.CreateDirectory(At("kept"));
        Disk.WriteAtomically(At("kept/file"), "x");
        Disk.CreateDirectory(At("doomed"));
        Directory.CreateSymbolicLink(At("doomed/link"), At("kept"));

        Disk.DeleteDirectory(At("doomed"));

        Assert.True(Disk.FileExists(At("kept/file")));
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);
}
