using FlowLog.Connect.Herding;

namespace FlowLog.Connect.Tests.Herding;

public class GroupMessagesTests
{
    private static readonly Workload Some = Workload.Of(["c"], [new ConnectorTaskId("c", 0), new ConnectorTaskId("d", 3)]);

    [Fact]
    public void An_eager_state_is_version_url_and_offset() =>
        Assert.Equal("00000003782F2F0000000000000007", Convert.ToHexString(new MemberState("x//", 7, Some).Write(ConnectProtocol.Eager)));

    [Fact]
    public void A_worker_that_runs_nothing_sends_no_allocation() =>
        Assert.EndsWith("FFFFFFFF", Convert.ToHexString(new MemberState("x", 7, Workload.Nothing).Write(ConnectProtocol.Sessioned)));

    [Fact]
    public void An_eager_assignment_names_the_connector_itself_as_task_minus_one()
    {
        var assignment = new Assignment(AssignmentError.None, "l", "u", 5, Workload.Of(["c"], [new ConnectorTaskId("c", 1)]), Workload.Nothing, 0);
        Assert.Equal("000000000001" + "6C" + "0001" + "75" + "0000000000000005" + "00000001" + "000163" + "00000002" + "FFFFFFFF" + "00000001", Convert.ToHexString(assignment.Write(ConnectProtocol.Eager)));
    }

    [Theory]
    [InlineData((int)ConnectProtocol.Compatible)]
    [InlineData((int)ConnectProtocol.Sessioned)]
    public void States_and_assignments_come_back_as_they_were(int number)
    {
        var protocol = (ConnectProtocol)number;
        var state = new MemberState("http://h:1/", 12, Some);
        Assert.Equal(state, MemberState.Read(state.Write(protocol)));

        var assignment = new Assignment(AssignmentError.ConfigMismatch, "leader", "http://h:2/", 3, Some, Workload.Of(["z"], []), 5000);
        Assert.Equal(assignment, Assignment.Read(assignment.Write(protocol)));
    }

    [Fact]
    public void Bytes_that_break_off_are_refused() =>
        Assert.Throws<ConnectException>(() => Assignment.Read(new Assignment(AssignmentError.None, "l", "u", 5, Some, Some, 0).Write(ConnectProtocol.Compatible).AsMemory(0, 30)));

    [Fact]
    public void A_worker_offers_everything_up_to_what_it_is_configured_for()
    {
        Assert.Equal(["sessioned", "compatible", "default"], ConnectProtocols.Offered("sessioned").Select(protocol => protocol.GroupName()));
        Assert.Equal(["default"], ConnectProtocols.Offered("eager").Select(protocol => protocol.GroupName()));
    }
}
