namespace FlowLog.Broker.Tests.Mutants;

/// <summary>Which mutant is planted on this thread. What is rewritten asks at the beginning of every method that has a mutant.</summary>
internal static class Planted
{
    [ThreadStatic]
    private static string? _name;

    [ThreadStatic]
    private static int _asleep;

    /// <summary>What is planted where a checker runs in the copy of the broker without any mutant.</summary>
    public const string Nothing = "";

    /// <summary>True while some mutant is planted, or none in the copy: a checker need not look for the shortest sequence then.</summary>
    public static bool Any => _name is not null;

    /// <summary>How many sequences a checker should try that tries <paramref name="usual"/> by itself: it has shown without us that it passes, and may search longer.</summary>
    public static int Wanted(int usual) => _name switch
    {
        null => usual,
        Nothing => (usual / 20) + 1,
        _ => usual * 10,
    };

    public static bool Is(string name) => _asleep == 0 && _name == name;

    /// <summary>Plants a mutant; null for none, outside of the copy.</summary>
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
