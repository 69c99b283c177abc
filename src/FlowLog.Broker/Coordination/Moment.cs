namespace FlowLog.Broker.Coordination;

/// <summary>
/// The time, as a decision is told it. Two clocks, because they serve two purposes: what is written into records and shown to
/// people is wall-clock time, which may jump; what expires sessions must not, or one correction of the clock would empty every group.
/// </summary>
/// <param name="UnixMs">Milliseconds since 1970, for records.</param>
/// <param name="ElapsedMs">Milliseconds of a clock that only moves forward, for deadlines. Means nothing to another process.</param>
internal readonly record struct Moment(long UnixMs, long ElapsedMs)
{
    /// <summary>A deadline that never comes.</summary>
    public const long Never = long.MaxValue;

    public static Moment Of(TimeProvider clock) =>
        new(clock.GetUtcNow().ToUnixTimeMilliseconds(), (long)clock.GetElapsedTime(0).TotalMilliseconds);

    public Moment After(long milliseconds) => new(UnixMs + milliseconds, ElapsedMs + milliseconds);
}
