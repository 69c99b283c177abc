using FlowLog.Runtime.Disk;

namespace FlowLog.Runtime.Tests.Disk;

/// <summary>What every disk does, the machine's and the simulated one.</summary>
public abstract class DiskContract
{
    protected abstract IDisk Disk { get; }

    protected abstract string Root { get; }

    [Fact]
    public void What_was_written_is_read_at_its_position()
    {
        using var file = Disk.Open(At("a"), FileOpening.New);

        file.Write(0, "hello world"u8);
        file.Write(6, "WORLD"u8);

        Assert.Equal(11, file.Length);
        Assert.Equal("WORLD"u8, Read(file, 6, 5));
        Assert.Equal("hello WORLD"u8, Disk.ReadAllBytes(At("a")));
    }

    [Fact]
    public void A_read_stops_at_the_end_of_the_file()
    {
        using var file = Disk.Open(At("a"), FileOpening.New);
        file.Write(0, "abc"u8);

        Assert.Equal("bc"u8, Read(file, 1, 100));
        Assert.Empty(Read(file, 3, 10).ToArray());
        Assert.Empty(Read(file, 300, 10).ToArray());
    }

    [Fact]
    public void A_hole_reads_as_zeros_and_so_does_what_was_cut_off_once()
    {
        using var file = Disk.Open(At("a"), FileOpening.New);
        file.Write(40_000, "x"u8);
        file.SetLength(10);
        file.Write(0, "0123456789"u8);
        file.SetLength(4);
        file.SetLength(8);

        Assert.Equal("0123\0\0\0\0"u8, Read(file, 0, 100));
    }

    [Fact]
    public void Large_content_survives_reopening()
    {
        var bytes = new byte[3_000_001];
        new Random(7).NextBytes(bytes);
        using (var file = Disk.Open(At("a"), FileOpening.New))
        {
            file.Write(0, bytes);
            file.SyncData();
        }

        Assert.Equal(bytes, Disk.ReadAllBytes(At("a")));
    }

    [Fact]
    public void Preallocating_keeps_the_length()
    {
        using var file = Disk.Open(At("a"), FileOpening.New);
        file.Write(0, "abc"u8);

        file.Preallocate(1 << 20);
        file.Sync();

        Assert.Equal(3, file.Length);
    }

    [Fact]
    public void Opening_keeps_to_what_was_asked()
    {
        Assert.True(Assert.Throws<DiskException>(() => Disk.Open(At("a"), FileOpening.Existing)).IsMissing);
        Assert.True(Assert.Throws<DiskException>(() => Disk.Open(At("a"), FileOpening.ReadOnly)).IsMissing);
        Assert.True(Assert.Throws<DiskException>(() => Disk.Open(At("no/a"), FileOpening.New)).IsMissing);
        Disk.Open(At("a"), FileOpening.New).Dispose();
        Assert.True(Assert.Throws<DiskException>(() => Disk.Open(At("a"), FileOpening.New)).IsExisting);
        using (var file = Disk.Open(At("a"), FileOpening.ExistingOrNew))
            file.Write(0, "kept"u8);

        Disk.Open(At("a"), FileOpening.ExistingOrNew).Dispose();
        Assert.Equal("kept"u8, Disk.ReadAllBytes(At("a")));
    }

    [Fact]
    public void A_read_only_file_refuses_writes_with_its_path_in_the_message()
    {
        Disk.Open(At("a"), FileOpening.New).Dispose();
        using var file = Disk.Open(At("a"), FileOpening.ReadOnly);

        var refusal = Assert.Throws<DiskException>(() => file.Write(0, "x"u8));

        Assert.Equal(At("a"), refusal.Path);
        Assert.Contains(At("a"), refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_rename_replaces_and_open_files_follow_it()
    {
        using var file = Disk.Open(At("a"), FileOpening.New);
        file.Write(0, "new"u8);
        Disk.WriteAtomically(At("b"), "old");

        Disk.Rename(At("a"), At("b"));
        file.Write(3, "er"u8);

        Assert.False(Disk.FileExists(At("a")));
        Assert.Equal("newer", Disk.ReadAllText(At("b")));
        Assert.True(Assert.Throws<DiskException>(() => Disk.Rename(At("a"), At("c"))).IsMissing);
    }

    [Fact]
    public void A_folder_can_be_renamed_with_what_it_holds()
    {
        Disk.CreateDirectory(At("t-0"));
        Disk.WriteAtomically(At("t-0/log"), "content");

        Disk.Rename(At("t-0"), At("t-0.deleted"));

        Assert.Equal("content", Disk.ReadAllText(At("t-0.deleted/log")));
        Assert.False(Disk.DirectoryExists(At("t-0")));
    }

    [Fact]
    public void Lists_hold_names_in_ordinal_order_files_and_folders_apart()
    {
        Disk.CreateDirectory(At("sub/deep"));
        Disk.CreateDirectory(At("Sub"));
        foreach (var name in (string[])["b", "a", "B", "00000000000000000010.log", "00000000000000000009.log"])
            Disk.Open(At(name), FileOpening.New).Dispose();

        Assert.Equal(["00000000000000000009.log", "00000000000000000010.log", "B", "a", "b"], Disk.ListFiles(Root));
        Assert.Equal(["Sub", "sub"], Disk.ListDirectories(Root));
        Assert.True(Assert.Throws<DiskException>(() => Disk.ListFiles(At("none"))).IsMissing);
    }

    [Fact]
    public void Questions_about_existence_tell_files_from_folders()
    {
        Disk.CreateDirectory(At("folder"));
        Disk.CreateDirectory(At("folder"));
        Disk.WriteAtomically(At("file"), "x");

        Assert.True(Disk.DirectoryExists(At("folder")));
        Assert.False(Disk.FileExists(At("folder")));
        Assert.True(Disk.FileExists(At("file")));
        Assert.False(Disk.DirectoryExists(At("file")));
        Assert.Throws<DiskException>(() => Disk.CreateDirectory(At("file")));
    }

    [Fact]
    public void A_deleted_file_stays_readable_where_it_is_open()
    {
        using var file = Disk.Open(At("a"), FileOpening.New);
        file.Write(0, "still here"u8);

        Disk.DeleteFile(At("a"));
        Disk.DeleteFile(At("a"));

        Assert.False(Disk.FileExists(At("a")));
        Assert.Equal("still here"u8, Read(file, 0, 20));
    }

    [Fact]
    public void A_folder_is_deleted_with_everything_in_it()
    {
        Disk.CreateDirectory(At("x/y/z"));
        Disk.WriteAtomically(At("x/y/file"), "x");

        Disk.DeleteDirectory(At("x"));
        Disk.DeleteDirectory(At("x"));

        Assert.False(Disk.DirectoryExists(At("x")));
        Assert.Empty(Disk.ListDirectories(Root));
    }

    [Fact]
    public void Atomic_writes_replace_the_content_and_leave_nothing_else_behind()
    {
        Disk.WriteAtomically(At("checkpoint"), "a much longer first version");
        Disk.WriteAtomically(At("checkpoint"), "short");

        Assert.Equal("short", Disk.ReadAllText(At("checkpoint")));
        Assert.Equal(["checkpoint"], Disk.ListFiles(Root));
    }

    [Fact]
    public void A_lock_is_held_once_until_it_is_disposed()
    {
        var held = Disk.TryLock(At(".lock"));

        Assert.NotNull(held);
        Assert.Null(Disk.TryLock(At(".lock")));
        held.Dispose();
        using var again = Disk.TryLock(At(".lock"));
        Assert.NotNull(again);
    }

    [Fact]
    public void A_held_file_is_readable_after_its_owner_disposed_it()
    {
        var file = Disk.Open(At("a"), FileOpening.New);
        file.Write(0, "abc"u8);

        Assert.True(file.TryHold());
        file.Dispose();
        Assert.Equal("abc"u8, Read(file, 0, 3));
        file.Release();

        Assert.False(file.TryHold());
        Assert.Throws<ObjectDisposedException>(() => file.Read(0, new byte[3]));
    }

    [Fact]
    public void Free_space_is_known()
    {
        Assert.True(Disk.FreeBytes(Root) > 0);
        Assert.True(Disk.TotalBytes(Root) >= Disk.FreeBytes(Root));
    }

    protected string At(string name) => Path.Combine(Root, name);

    private static ReadOnlySpan<byte> Read(IFile file, long position, int count)
    {
        var bytes = new byte[count];
        return bytes.AsSpan(0, file.Read(position, bytes));
    }
}
