using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.Loader;
using FlowLog.Broker.Tests.Mutants;

// The rewritten broker calls the mutants, which are written here.
[assembly: System.Runtime.CompilerServices.InternalsVisibleTo("FlowLog.Broker")]

namespace FlowLog.Broker.Tests.Mutants;

/// <summary>
/// A second copy of the broker and of these tests in this process, in which every mutant of these tests lies ready. The broker that ships, and the one
/// that all other tests run against, knows nothing of it: the copy is made from its assembly when the first test asks for it.
/// </summary>
internal static class MutantWorld
{
    private static readonly Lazy<Assembly> LazyTests = new(Load);

    private static readonly ConcurrentDictionary<MethodInfo, Exception?> Without = new();

    /// <summary>Every mutant of <paramref name="type"/>, by name, for a theory.</summary>
    public static IEnumerable<TheoryDataRow<string>> Of(Type type) => MutantsOf(type).Select(mutant => new TheoryDataRow<string>(mutant.Name));

    /// <summary>
    /// Runs <paramref name="checker"/>, a public method without arguments of a public test class, against the broker with <paramref name="mutant"/>: it must
    /// fail, and it must not without.
    /// </summary>
    public static void MustBeNoticed(string mutant, Delegate checker)
    {
        Assert.Null(Without.GetOrAdd(checker.Method, method => Run(Planted.Nothing, method)));
        var noticed = Run(mutant, checker.Method)?.ToString();
        Assert.True(noticed is not null, $"nobody noticed: {mutant.Replace('_', ' ')}");
        TestContext.Current.TestOutputHelper?.WriteLine(noticed);

        // What the runtime thinks of the mutant is not what the checker thinks of the broker.
        Assert.DoesNotContain(nameof(InvalidProgramException), noticed, StringComparison.Ordinal);
        Assert.DoesNotContain(nameof(MethodAccessException), noticed, StringComparison.Ordinal);
    }

    private static Exception? Run(string mutant, MethodInfo checker)
    {
        var tests = LazyTests.Value;
        var type = tests.GetType(checker.DeclaringType!.FullName!, throwOnError: true)!;
        var set = tests.GetType(typeof(Planted).FullName!, throwOnError: true)!.GetMethod(nameof(Planted.Set))!;
        set.Invoke(null, [mutant]);
        try
        {
            type.GetMethod(checker.Name)!.Invoke(checker.IsStatic ? null : Activator.CreateInstance(type), null);
            return null;
        }
        catch (TargetInvocationException failure)
        {
            return failure.InnerException;
        }
        finally
        {
            set.Invoke(null, [null]);
        }
    }

    private static Assembly Load()
    {
        var here = Path.GetDirectoryName(typeof(MutantWorld).Assembly.Location)!;
        var mutants = typeof(MutantWorld).Assembly.GetTypes().SelectMany(MutantsOf).ToList();
        var broker = BrokerRewriter.Rewrite(Path.Combine(here, "FlowLog.Broker.dll"), mutants);
        return new Copies(here, broker).LoadFromAssemblyName(typeof(MutantWorld).Assembly.GetName());
    }

    private static IEnumerable<MethodInfo> MutantsOf(Type type) =>
        type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic).Where(method => method.IsDefined(typeof(MutantAttribute)));

    /// <summary>Whatever knows the broker is there a second time; everything else is shared.</summary>
    private sealed class Copies(string folder, byte[] broker) : AssemblyLoadContext("mutants")
    {
        protected override Assembly? Load(AssemblyName name) => name.Name switch
        {
            "FlowLog.Broker" => LoadFromStream(new MemoryStream(broker)),
            "FlowLog.Broker.Tests" or "FlowLog.Testing" => LoadFromAssemblyPath(Path.Combine(folder, name.Name + ".dll")),
            _ => null,
        };
    }
}
