using FlowLog.EndToEnd.Tests.Processes;

namespace FlowLog.EndToEnd.Tests.Lanes;

/// <summary>What is wrong is said in one clear sentence, with an exit code that a script can see.</summary>
public sealed class BadConfigurationTests
{
    [Fact]
    public async Task An_unknown_key_is_refused_with_the_nearest_known_one()
    {
        using var folder = new TemporaryFolder();

        var run = await ForeignProcess.RunFlowLogAsync("server", "--data-dir", folder["d"], "--listen", "127.0.0.1:0", "--set", "log.segment.byte=1048576");

        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains("log.segment.byte", run.Error);
        Assert.Contains("log.segment.bytes", run.Error);
        Assert.DoesNotContain("   at ", run.Error);
    }

    [Fact]
    public async Task A_port_in_use_is_named()
    {
        await using var server = await ServerProcess.StartAsync();
        using var folder = new TemporaryFolder();

        var run = await ForeignProcess.RunFlowLogAsync("server", "--data-dir", folder["d"], "--listen", server.Address);

        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains(server.Port.ToString(), run.Error);
        Assert.DoesNotContain("   at ", run.Error);
    }

    [Fact]
    public async Task A_data_folder_that_another_server_uses_is_refused()
    {
        await using var server = await ServerProcess.StartAsync();

        var run = await ForeignProcess.RunFlowLogAsync("server", "--data-dir", server.DataFolder, "--listen", "127.0.0.1:0");

        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains(server.DataFolder, run.Error);
        Assert.DoesNotContain("   at ", run.Error);
    }

    [Theory]
    [InlineData("cluster.id=AAAAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("node.id=7", "node 7")]
    public async Task A_data_folder_of_another_cluster_or_node_is_refused(string setting, string named)
    {
        await using var server = await ServerProcess.StartAsync();
        await server.Process.TerminateAsync();
        var properties = Path.Combine(server.DataFolder, "meta.properties");
        var text = await File.ReadAllTextAsync(properties);
        Assert.Contains("cluster.id=", text);

        var run = await ForeignProcess.RunFlowLogAsync(
            "server", "--data-dir", server.DataFolder, "--listen", "127.0.0.1:0", "--set", setting);

        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains(named, run.Error);
        Assert.DoesNotContain("   at ", run.Error);
    }

    [Fact]
    public async Task A_missing_input_file_of_the_demo_is_named()
    {
        var run = await ForeignProcess.RunFlowLogAsync("demo", "--input", "no-such-file.log");

        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains("no-such-file.log", run.Error);
        Assert.DoesNotContain("   at ", run.Error);
    }

    [Fact]
    public async Task A_missing_config_file_is_named()
    {
        var run = await ForeignProcess.RunFlowLogAsync("server", "--config", "no-such.properties");

        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains("no-such.properties", run.Error);
    }

    [Fact]
    public async Task A_broker_that_is_not_there_is_named()
    {
        var run = await ForeignProcess.RunFlowLogAsync("topics", "list", "--bootstrap-server", "127.0.0.1:1");

        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains("127.0.0.1:1", run.Error);
        Assert.DoesNotContain("   at ", run.Error);
    }
}
