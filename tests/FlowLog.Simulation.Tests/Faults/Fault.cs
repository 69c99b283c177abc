namespace FlowLog.Simulation.Tests.Faults;

/// <summary>Something that goes wrong, so long after what went wrong before. Each is three bytes, so that schedules can be written down and shortened.</summary>
/// <param name="Kind">What.</param>
/// <param name="Pause">How long nothing is done to the world before, in steps of 4 milliseconds.</param>
/// <param name="How">Where, how much, or for how long.</param>
internal readonly record struct Fault(FaultKind Kind, byte Pause, byte How)
{
    public TimeSpan After => TimeSpan.FromMilliseconds(Pause * 4);

    /// <summary>For those that last.</summary>
    public TimeSpan Lasting => TimeSpan.FromMilliseconds(How * 40);

    /// <summary>For those that strike in the middle of something.</summary>
    public int DiskOperations => How / 4;

    /// <summary>For those that take a while each time.</summary>
    public TimeSpan SyncTime => TimeSpan.FromMilliseconds(How);

    public static Fault Parse(string text) =>
        new((FaultKind)Convert.ToByte(text[..2], 16), Convert.ToByte(text[2..4], 16), Convert.ToByte(text[4..6], 16));

    /// <summary>As <see cref="Parse"/> reads it.</summary>
    public string Code => $"{(byte)Kind:x2}{Pause:x2}{How:x2}";

    public override string ToString() => $"after {After.TotalMilliseconds} ms: " + Kind switch
    {
        FaultKind.KillWithin => $"kill the broker after {DiskOperations} disk operations",
        FaultKind.PowerCutWithin => $"cut the power after {DiskOperations} disk operations",
        FaultKind.Kill => "kill the broker",
        FaultKind.PowerCut => "cut the power",
        FaultKind.Stop => "stop the broker",
        FaultKind.Reset => $"reset the connections of client {How}",
        FaultKind.Cut => $"cut client {How} off for {Lasting.TotalMilliseconds} ms",
        FaultKind.CutAnswers => $"let no answers reach client {How} for {Lasting.TotalMilliseconds} ms",
        FaultKind.SlowDisk => $"let syncs take {SyncTime.TotalMilliseconds} ms for 2 s",
        FaultKind.FullDisk => $"fill the disk for {Lasting.TotalMilliseconds} ms",
        FaultKind.KillClient => $"kill client {How}",
        _ => Kind.ToString(),
    };
}
