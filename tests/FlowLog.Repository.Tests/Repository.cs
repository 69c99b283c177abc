using System.Runtime.CompilerServices;

namespace FlowLog.Repository.Tests;

/// <summary>The checkout that these tests look at: the folder that holds FlowLog.sln.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string Read(string relativePath) => File.ReadAllText(Path.Combine(Root, relativePath));

    /// <summary>Files below a folder of the repository that match a pattern, build output left out, as paths relative to the root.</summary>
    public static IReadOnlyList<string> Files(string folder, string pattern) =>
        [.. Directory.EnumerateFiles(Path.Combine(Root, folder), pattern, SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'))
            .Where(path => !path.Split('/').Any(part => part is "artifacts" or "bin" or "obj" or "node_modules"))
            .Order(StringComparer.Ordinal)];

    /// <summary>The text of a C# file without comments and without the contents of string literals.</summary>
    public static string CodeOf(string relativePath) => CSharpText.WithoutCommentsAndStrings(Read(relativePath));

    private static string FindRoot([CallerFilePath] string thisFile = "")
    {
        foreach (var start in new[] { Path.GetDirectoryName(thisFile), AppContext.BaseDirectory })
        {
            for (var folder = start; folder is not null; folder = Path.GetDirectoryName(folder))
            {
                if (File.Exists(Path.Combine(folder, "FlowLog.sln")))
                    return folder;
            }
        }

        throw new InvalidOperationException("FlowLog.sln was not found above the tests: run them from a checkout.");
    }
}
