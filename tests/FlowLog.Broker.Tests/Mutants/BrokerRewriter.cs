using System.Reflection;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace FlowLog.Broker.Tests.Mutants;

/// <summary>
/// Puts in front of each method that has mutants: "if this mutant is planted, return what the mutant returns". The rest of the method stays as it was
/// compiled, so that one copy of the assembly serves for all mutants, and for none.
/// </summary>
internal static class BrokerRewriter
{
    public static byte[] Rewrite(string path, IEnumerable<MethodInfo> mutants)
    {
        using var resolver = new DefaultAssemblyResolver();
        resolver.AddSearchDirectory(Path.GetDirectoryName(path));
        using var assembly = AssemblyDefinition.ReadAssembly(path, new ReaderParameters { AssemblyResolver = resolver });
        var module = assembly.MainModule;
        var isPlanted = module.ImportReference(typeof(Planted).GetMethod(nameof(Planted.Is)));
        foreach (var mutant in mutants)
            Plant(module, mutant, isPlanted);

        using var rewritten = new MemoryStream();
        assembly.Write(rewritten);
        return rewritten.ToArray();
    }

    private static void Plant(ModuleDefinition module, MethodInfo mutant, MethodReference isPlanted)
    {
        var target = Find(module, mutant);
        var il = target.Body.GetILProcessor();
        var first = target.Body.Instructions[0];
        Insert(il.Create(OpCodes.Ldstr, mutant.Name));
        Insert(il.Create(OpCodes.Call, isPlanted));
        Insert(il.Create(OpCodes.Brfalse, first));
        for (var i = 0; i < target.Parameters.Count + (target.HasThis ? 1 : 0); i++)
            Insert(il.Create(OpCodes.Ldarg, target.HasThis ? i == 0 ? target.Body.ThisParameter : target.Parameters[i - 1] : target.Parameters[i]));

        Insert(il.Create(OpCodes.Call, Reference(module, mutant, target)));
        Insert(il.Create(OpCodes.Ret));

        void Insert(Instruction instruction) => il.InsertBefore(first, instruction);
    }

    private static MethodDefinition Find(ModuleDefinition module, MethodInfo mutant)
    {
        var named = mutant.GetCustomAttribute<MutantAttribute>()!;
        var type = module.GetType(named.Type.FullName!.Replace('+', '/'));
        var wanted = mutant.GetParameters().Select(parameter => Name(parameter.ParameterType)).ToArray();
        var found = type.Methods.Where(method => method.Name == named.Method && method.HasBody && ParametersOf(method).SequenceEqual(wanted)).ToList();
        return found.Count == 1
            ? found[0]
            : throw new InvalidOperationException($"The mutant {mutant.Name} fits {found.Count} methods {named.Type.Name}.{named.Method}({string.Join(", ", wanted)}).");
    }

    private static IEnumerable<string> ParametersOf(MethodDefinition method)
    {
        var parameters = method.Parameters.Select(parameter => Name(parameter.ParameterType));
        var type = method.DeclaringType;
        return method.IsStatic ? parameters : parameters.Prepend(type.IsValueType ? type.Name + "&" : type.Name);
    }

    // Enough to tell overloads apart: the runtime checks the rest when the mutant is called.
    private static string Name(Type type) => type.IsByRef ? Name(type.GetElementType()!) + "&" : type.Name;

    private static string Name(TypeReference type) => type is RequiredModifierType modified ? Name(modified.ElementType) : type.GetElementType().Name + (type.IsByReference ? "&" : type.IsArray ? "[]" : "");

    private static MethodReference Reference(ModuleDefinition module, MethodInfo mutant, MethodDefinition target)
    {
        var reference = module.ImportReference(mutant);
        if (!mutant.IsGenericMethodDefinition)
            return reference;

        var closed = new GenericInstanceMethod(reference);
        foreach (var parameter in target.DeclaringType.GenericParameters.Concat(target.GenericParameters))
            closed.GenericArguments.Add(parameter);

        return closed;
    }
}
