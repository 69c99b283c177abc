using FlowLog.Cli.Terminal;
using FlowLog.Client.Cluster;
using Microsoft.Extensions.Logging;

namespace FlowLog.Cli.Tests.Terminal;

public sealed class ClusterVoiceTests : IDisposable
{
    private readonly StringWriter _output = new() { NewLine = "\n" };
    private readonly ClusterVoice _voice;

    public ClusterVoiceTests() => _voice = new ClusterVoice(_output, "Start one.");

    public void Dispose()
    {
        _voice.Dispose();
        _output.Dispose();
    }

    [Fact]
    public void Why_a_client_waits_is_told_once_with_advice()
    {
        Say(ClusterEventIds.NoBroker, "Nobody is there");
        Say(ClusterEventIds.NoBroker, "Nobody is there");
        Say(ClusterEventIds.TopicMissing, "There is no topic");

        Assert.Equal("flowlog: Nobody is there.\nflowlog: Start one.\nflowlog: There is no topic.\n", _output.ToString());
    }

    [Fact]
    public void What_is_back_is_told_to_those_who_heard_that_it_was_gone()
    {
        Say(ClusterEventIds.BrokersBack, "It answers again");
        Say(ClusterEventIds.NoBroker, "Nobody is there");
        Say(ClusterEventIds.BrokersBack, "It answers again");
        Say(ClusterEventIds.NoBroker, "Nobody is there");

        Assert.Equal("flowlog: Nobody is there.\nflowlog: Start one.\nflowlog: It answers again.\nflowlog: Nobody is there.\n", _output.ToString());
    }

    [Fact]
    public void What_else_clients_log_is_not_for_a_person()
    {
        Say(1120, "A batch was not delivered");

        Assert.Empty(_output.ToString());
    }

    private void Say(int eventId, string sentence) => _voice.Log(LogLevel.Warning, new EventId(eventId), sentence, null, (state, _) => state);
}
