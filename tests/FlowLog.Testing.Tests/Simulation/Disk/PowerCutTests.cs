using FlowLog.Runtime.Disk;
using FlowLog.Testing.Simulation.Disk;

namespace FlowLog.Testing.Tests.Simulation.Disk;

public sealed class PowerCutTests
{
    [Fact]
    public void What_was_synced_with_its_name_is_always_there()
    {
        foreach (var disk in Seeds(200))
        {
            using var file = disk.Open("/a", FileOpening.New);
            file.Write(0, "first"u8);
            file.SyncData();
            disk.SyncDirectory("/");
            file.Write(5, "second"u8);

            disk.CutPower();

            Assert.StartsWith("first", disk.ReadAllText("/a"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Unsynced_writes_are_lost_kept_torn_reordered_or_replaced_by_zeros()
    {
        var first = new byte[2048];
        var second = new byte[2048];
        Array.Fill(first, (byte)1);
        Array.Fill(second, (byte)2);
        var outcomes = new HashSet<string>();
        foreach (var disk in Seeds(500))
        {
            using var file = disk.Open("/a", FileOpening.New);
            disk.SyncDirectory("/");
            file.Write(0, first);
            file.Write(2048, second);

            disk.CutPower();

            var bytes = disk.ReadAllBytes("/a");
            outcomes.Add(bytes.Length switch
            {
                0 => "nothing",
                2048 => "the first",
                4096 when bytes[0] == 1 && bytes[^1] == 2 => "both",
                4096 when bytes[0] == 0 && bytes[^1] == 2 => "only the second",
                4096 when bytes[^1] == 0 => "zeros at the end",
                > 2048 when bytes[^1] == 2 => "the second torn",
                _ => "the first torn",
            });
        }

        Assert.Equal(7, outcomes.Count);
    }

    [Fact]
    public void Names_without_a_sync_of_their_folder_may_be_lost_and_a_rename_is_whole()
    {
        var outcomes = new HashSet<string>();
        foreach (var disk in Seeds(100))
        {
            disk.WriteAtomically("/vote", "old");
            using (var file = disk.Open("/vote.tmp", FileOpening.New))
            {
                file.Write(0, "new"u8);
                file.Sync();
            }

            disk.Rename("/vote.tmp", "/vote");
            disk.CutPower();
            outcomes.Add(disk.ReadAllText("/vote"));
        }

        Assert.Equal(["new", "old"], outcomes.Order());
    }

    [Fact]
    public void An_atomic_write_is_never_half_there()
    {
        foreach (var disk in Seeds(200))
        {
            disk.WriteAtomically("/c", "one");
            disk.FailNext(DiskOperation.SyncDirectory);
            Assert.Throws<DiskException>(() => disk.WriteAtomically("/c", "two-two"));

            disk.CutPower();

            Assert.Contains(disk.ReadAllText("/c"), (string[])["one", "two-two"]);
        }
    }

    [Fact]
    public void A_deleted_file_may_come_back()
    {
        Assert.Contains(Seeds(50), disk =>
        {
            disk.WriteAtomically("/a", "x");
            disk.DeleteFile("/a");
            disk.CutPower();
            return disk.FileExists("/a");
        });
    }

    [Fact]
    public void After_a_failed_sync_the_bytes_are_seen_but_never_become_durable()
    {
        var disk = new SimulatedDisk(3);
        var file = disk.Open("/a", FileOpening.New);
        disk.SyncDirectory("/");
        file.Write(0, "gone"u8);
        disk.FailNext(DiskOperation.Sync);

        Assert.Equal(DiskException.InputOutput, Assert.Throws<DiskException>(file.SyncData).Errno);
        file.SyncData();

        Assert.Equal("gone", disk.ReadAllText("/a"));
        disk.CutPower();
        Assert.Equal("", disk.ReadAllText("/a"));
    }

    [Fact]
    public void A_full_device_takes_what_fits_and_says_so()
    {
        var disk = new SimulatedDisk(3) { Capacity = 10 };
        using var file = disk.Open("/a", FileOpening.New);
        file.Write(0, "123456"u8);

        Assert.True(Assert.Throws<DiskException>(() => file.Write(6, "789012"u8)).IsFull);

        Assert.Equal("1234567890", disk.ReadAllText("/a"));
        Assert.Equal(0, disk.FreeBytes("/"));
        file.Write(0, "abc"u8);
        Assert.True(Assert.Throws<DiskException>(() => file.Preallocate(11)).IsFull);
    }

    [Fact]
    public void A_crash_kills_open_files_and_locks_but_a_process_crash_loses_nothing()
    {
        var disk = new SimulatedDisk(3);
        var file = disk.Open("/a", FileOpening.New);
        file.Write(0, "abc"u8);
        var held = disk.TryLock("/.lock");

        disk.KillProcess();

        Assert.Throws<DiskException>(() => file.Write(3, "def"u8));
        Assert.Equal("abc", disk.ReadAllText("/a"));
        using var next = disk.TryLock("/.lock");
        Assert.NotNull(next);
        held!.Dispose();
        Assert.Null(disk.TryLock("/.lock"));
    }

    [Fact]
    public void Errors_hit_the_operation_and_path_they_were_meant_for()
    {
        var disk = new SimulatedDisk(3);
        disk.FailNext(DiskOperation.Write, pathContains: "b", skip: 1);
        using var a = disk.Open("/a", FileOpening.New);
        using var b = disk.Open("/b", FileOpening.New);

        a.Write(0, "xx"u8);
        b.Write(0, "xx"u8);

        Assert.Throws<DiskException>(() => b.Write(2, "yyyy"u8));
        Assert.Equal("xxyy", disk.ReadAllText("/b"));
        b.Write(4, "zz"u8);
    }

    [Fact]
    public void One_seed_has_one_outcome()
    {
        string[] outcomes = [.. Enumerable.Range(0, 2).Select(_ =>
        {
            var disk = new SimulatedDisk(42);
            using var file = disk.Open("/a", FileOpening.New);
            disk.SyncDirectory("/");
            for (var i = 0; i < 50; i++)
                file.Write(i * 600, new byte[600].Select(_ => (byte)i).ToArray());

            disk.CutPower();
            return Convert.ToHexString(disk.ReadAllBytes("/a"));
        })];

        Assert.Equal(outcomes[0], outcomes[1]);
    }

    private static IEnumerable<SimulatedDisk> Seeds(int count) => Enumerable.Range(0, count).Select(seed => new SimulatedDisk(seed));
}
