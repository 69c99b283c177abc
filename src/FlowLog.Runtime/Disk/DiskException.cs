namespace FlowLog.Runtime.Disk;

/// <summary>The operating system refused a file operation.</summary>
/// <param name="operation">What was tried, as a verb: "open", "sync".</param>
/// <param name="path">The file or folder.</param>
/// <param name="errno">The operating system's error number.</param>
public sealed class DiskException(string operation, string path, int errno)
    : IOException($"Cannot {operation} '{path}': {Describe(errno)} (error {errno}).")
{
    /// <summary>No such file or folder.</summary>
    public const int Missing = 2;

    /// <summary>The device failed to read or write.</summary>
    public const int InputOutput = 5;

    /// <summary>The name exists already.</summary>
    public const int Existing = 17;

    /// <summary>The device is full.</summary>
    public const int Full = 28;

    /// <summary>The file system was set to read-only.</summary>
    public const int ReadOnlyFileSystem = 30;

    /// <summary>The user's share of the device is used up.</summary>
    public const int QuotaExceeded = 122;

    /// <summary>The operating system's error number (<c>errno</c>).</summary>
    public int Errno { get; } = errno;

    /// <summary>The file or folder that the operation was about.</summary>
    public string Path { get; } = path;

    /// <summary>The device or the user's share of it is full: writing may succeed again once room is made.</summary>
    public bool IsFull => Errno is Full or QuotaExceeded;

    /// <summary>There is no such file or folder.</summary>
    public bool IsMissing => Errno == Missing;

    /// <summary>The name is taken.</summary>
    public bool IsExisting => Errno == Existing;

    private static string Describe(int errno) => System.Runtime.InteropServices.Marshal.GetPInvokeErrorMessage(errno);
}
