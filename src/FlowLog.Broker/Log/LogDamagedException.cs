namespace FlowLog.Broker.Log;

/// <summary>
/// A log that must not be cut lacks what was known to be on the device (<see cref="LogStoreOptions.StandInOf"/>). Nothing of it was cut off.
/// </summary>
/// <param name="file">The segment's file that is damaged, or ends too early.</param>
/// <param name="position">Where in it the sound batches end, in bytes.</param>
/// <param name="end">The offset that would come there.</param>
/// <param name="committed">Everything below it was on the device.</param>
internal sealed class LogDamagedException(string file, long position, long end, long committed)
    : Exception($"'{file}' holds no whole and sound batch at byte {position} (offset {end}), although everything below offset {committed} was on the device.");
