namespace FlowLog.Broker.Tests.Mutants;

/// <summary>Which mutant is planted on this thread. What is rewritten asks at the beginning of every method that has a mutant.</summary>
internal static class Planted
{
    [ThreadStatic]
    private static string? _name;

    [ThreadStatic]
    private static int _asleep;

    /// <summary>True while some mutant is planted: a checker need not look for the shortest sequence then.</summary>
    public static bool Any => _name is not null;

    public static bool Is(string name) => _asleep == 0 && _name == name;

    /// <summary>Plants a mutant; null for none.</summary>
    public static void Set(string? name) => _name = name;

    /// <summary>For the length of a <c>using</c> everything works as it is written.</summary>
    public static Nap Asleep()
    {
        _asleep++;
        return default;
    }

    internal readonly ref struct Nap
    {
        public void Dispose() => _asleep--;
    }
}
