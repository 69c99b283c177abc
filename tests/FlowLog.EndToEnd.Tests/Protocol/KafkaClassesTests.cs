using System.Diagnostics;
using FlowLog.Protocol.Tests.Samples;
using FlowLog.Protocol.Wire;

namespace FlowLog.EndToEnd.Tests.Protocol;

/// <summary>Kafka's own message classes judge our bytes, where a Kafka distribution lies beside the repository.</summary>
public sealed class KafkaClassesTests
{
    private const int SamplesPerVersion = 10;

    [Fact]
    public async Task Kafkas_own_classes_read_every_message_in_every_version_and_write_the_same_bytes()
    {
        var libraries = Libraries();
        var samples = Path.GetTempFileName();
        try
        {
            await File.WriteAllLinesAsync(samples, Lines(), TestContext.Current.CancellationToken);

            var output = await JudgeAsync(libraries, samples);

            Assert.EndsWith(" agree, 0 differ\n", output, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(samples);
        }
    }

    private static IEnumerable<string> Lines()
    {
        foreach (var create in RecordCatalog.AllMessages)
        {
            var schema = create().Schema;
            for (var version = schema.LowestVersion; version <= schema.HighestVersion; version++)
            {
                yield return $"{schema.Name} {version} default {Hex(create(), version)}";
                for (ulong seed = 0; seed < SamplesPerVersion; seed++)
                    yield return $"{schema.Name} {version} {Hex(new MessageSampler(seed).Fill(create(), version), version)}";
            }
        }
    }

    private static string Hex(IMessage message, short version)
    {
        using var writer = new WireWriter();
        try
        {
            message.Write(writer, version);
        }
        catch (UnsupportedFieldException)
        {
            return "-";
        }

        return writer.Length == 0 ? "empty" : Convert.ToHexStringLower(writer.WrittenSpan);
    }

    private static string Libraries()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "FlowLog.sln")))
            root = root.Parent;

        var kafka = Environment.GetEnvironmentVariable("KAFKA_HOME") ?? Path.GetFullPath(Path.Combine(root!.FullName, "../shared/peers/kafka"));
        var java = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, "java")));
        if (!Directory.Exists(Path.Combine(kafka, "libs")) || !java)
        {
            Console.Error.WriteLine($"LEFT OUT: no Java or no Kafka distribution at {kafka}, so its classes do not judge our bytes.");
            Assert.Skip($"No Java, or no Kafka distribution at {kafka}.");
        }

        return Path.Combine(kafka, "libs", "*");
    }

    private static async Task<string> JudgeAsync(string libraries, string samples)
    {
        var start = new ProcessStartInfo("java") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in new[] { "-cp", libraries, Path.Combine(AppContext.BaseDirectory, "Protocol", "KafkaClasses.java"), samples })
            start.ArgumentList.Add(argument);

        using var java = Process.Start(start)!;
        var errors = java.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await java.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await java.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(java.ExitCode == 0, await errors);
        return output;
    }
}
