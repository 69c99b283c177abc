using System.Text.Json;
using FlowLog.EndToEnd.Tests.Processes;

namespace FlowLog.EndToEnd.Tests.Lanes;

/// <summary>Debian's python3-kafka, version 2.0.2 of 2020: the old client of the lanes.</summary>
public sealed class KafkaPythonTests
{
    [Fact]
    public async Task An_old_kafka_python_produces_and_consumes_with_and_without_a_group()
    {
        var python = DebiansPython();
        await using var server = await ServerProcess.StartAsync();

        var run = await ForeignProcess.RunAsync(
            python, [Path.Combine(Checkout.ClientScripts, "python/roundtrip.py"), server.Address, "py-topic", "py-group"], limit: TimeSpan.FromSeconds(120));
        var said = JsonDocument.Parse(run.MustSucceed().Lines[^1]).RootElement;

        var sent = said.GetProperty("sent").GetInt32();
        Assert.True(sent >= 600, $"only {sent} records were sent");
        Assert.Equal(sent, said.GetProperty("grouped").GetInt32());
        Assert.Equal(sent, said.GetProperty("alone").GetInt32());
        Assert.Equal(sent, said.GetProperty("committed").GetInt32());
        Assert.Equal(sent, said.GetProperty("end").GetInt32());
        Assert.True(said.GetProperty("listed").GetBoolean());
    }

    // The distribution's interpreter sees the distribution's packages; another one earlier on the path does not.
    private static string DebiansPython()
    {
        if (!Directory.Exists("/usr/lib/python3/dist-packages/kafka"))
            Lane.LeaveOut("kafka-python is not installed (Debian package 'python3-kafka')", mayBeRequired: true);
        return "/usr/bin/python3";
    }
}
